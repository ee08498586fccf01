import type { App } from "./app.ts";

/** Lets the routes of a scope take what HTML forms send: an object of texts. */
export function takeForms(scope: App): void {
  const form = { parseAs: "string", bodyLimit: 16_384 } as const;
  scope.addContentTypeParser("application/x-www-form-urlencoded", form, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
}
