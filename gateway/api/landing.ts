import { createHash } from "node:crypto";

const style =
  "body{font:18px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}" +
  "code{background:#eef1f4;padding:.1em .3em;border-radius:.2em}a{color:#0b5cad}li{margin:.4em 0}small{color:#57606a}" +
  "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}code{background:#21262d}a{color:#79b8ff}small{color:#9aa4ae}}";

/** The page at `/`, until there are screens: says in both languages where things are. */
export const landingPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>邻里网关 · Linli gateway</title>
<style>${style}</style>
</head>
<body>
<h1>邻里网关 <small lang="en">Linli gateway</small></h1>
<p>网关正在运行。<span lang="en">The gateway is running.</span></p>
<ul>
<li><a href="/docs">接口文档 <span lang="en">API documentation</span></a> · <a href="/openapi.json">OpenAPI 3.1</a></li>
<li><code>GET /api/v1/sites</code>、<code>/api/v1/alerts</code>、<code>/api/v1/kinds</code> — 需要令牌
<span lang="en">with <code>Authorization: Bearer &lt;token&gt;</code></span></li>
<li><code>GET /api/v1/stream</code> — 实时事件流（SSE）<span lang="en">live events</span></li>
<li><code>/mqtt</code> — MQTT over WebSocket；设备也可用 TCP 端口 <span lang="en">devices may use the TCP port too</span></li>
<li><a href="/health/ready">运行状况 <span lang="en">health</span></a> · <a href="/metrics">指标 <span lang="en">metrics</span></a></li>
</ul>
</body>
</html>
`;

/** The policy of that page: no script at all, and only its own style. */
export const landingPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
