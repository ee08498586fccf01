import { createHash } from "node:crypto";

const style =
  "body{font:18px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}" +
  "code{background:#eef1f4;padding:.1em .3em;border-radius:.2em}a{color:#0b5cad}li{margin:.4em 0}small,.en{color:#57606a}" +
  "label{display:block;margin:1rem 0}input{display:block;box-sizing:border-box;width:100%;max-width:24rem;font:inherit;padding:.6rem;border:1px solid #6e7781;border-radius:.3rem;background:inherit;color:inherit}" +
  "button{font:inherit;min-height:60px;min-width:10rem;padding:.5rem 2rem;border:0;border-radius:.3rem;background:#0b5cad;color:#fff}" +
  "input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #bf8700;outline-offset:2px}" +
  "table{border-collapse:collapse;width:100%}td,th{border:1px solid #8c959f;padding:.3rem .5rem;text-align:left;vertical-align:top}" +
  ".alarm button{display:block;width:100%;min-height:80px;margin:1rem 0;font-size:1.5rem;font-weight:700;background:#b3261e;color:#fff}.alarm .later button{min-height:60px;font-size:1.1rem;background:#fff;color:#8c1d18;border:3px solid #b3261e}" +
  ".alarm button small{display:block;color:inherit;font-weight:400;font-size:1rem;line-height:1.2}.alarm p{margin:.6rem 0}.alarm ul{margin:.6rem 0;padding-left:1.3rem}.alarm time{white-space:nowrap}.alarm h1{font-size:1.6rem;line-height:1.3;margin:.5rem 0}.alarm .place{font-size:1.2rem;font-weight:700;margin:.3rem 0}.drill{background:#1b1f24;color:#ffd33d;font-weight:700;font-size:1.2rem;padding:.6rem 1rem;border-radius:.3rem}.done{border-left:.4rem solid #1a7f37;padding:.4rem 1rem;background:#e6f6ea}" +
  "@media(max-width:30rem){.alarm{margin:1rem auto}}" +
  ".fault{border-left:.4rem solid #b3261e;padding:.4rem 1rem;background:#fff0ef}" +
  "@media print{body{margin:0;max-width:none}}" +
  "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}code{background:#21262d}a{color:#79b8ff}small,.en{color:#9aa4ae}button{background:#1f6feb}.fault{background:#3b1513}.done{background:#12261a}.alarm button{background:#d1382f}.alarm .later button{background:#0d1117;color:#ffb4ab}}";

/** A whole page in the gateway's plain look, without any script. `body` is HTML; texts in it must be escaped. */
export function renderPage({
  title,
  body,
  refreshTo,
  lang = "zh-CN",
  look,
}: {
  title: string;
  body: string;
  /** Language of the page where it is not both. */
  lang?: "zh-CN" | "en";
  /** `alarm`: for somebody in a hurry with a phone. */
  look?: "alarm";
  /** Path that the browser opens at once. */
  refreshTo?: string;
}): string {
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshTo === undefined ? "" : `<meta http-equiv="refresh" content="0; url=${refreshTo}">\n`}<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body${look === undefined ? "" : ` class="${look}"`}>
${body}
</body>
</html>
`;
}

/** The policy of such a page: no script at all, only its own style, forms to the gateway alone. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;

/**
 * What such a page tells of where it leads from: the host, never the path, which may hold a secret. Told nothing at all, browsers
 * say `Origin: null` with its forms, and nobody could see that they are the gateway's own.
 */
export const pageReferrer = "strict-origin";

/** A text as HTML that shows it and nothing else. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
}
