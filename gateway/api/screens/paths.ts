/** First parts of the paths that belong to the property screens; the pages behind them are the screens' own. */
export const propertySegments = [
  ...["plan", "sites", "devices", "alerts", "rejections", "thresholds", "registry", "people"],
  ...["audit", "reports", "duty", "silences", "drills", "notifications", "access", "account"],
] as const;

/** The HTML of each path. A path that is not here, and no file, is answered 404 like any other. */
export const screenPaths: readonly { readonly path: string; readonly page: string }[] = [
  // What happened at one incident has its own printed page below it, which works without a script.
  { path: "/incidents", page: "index.html" },
  ...propertySegments.flatMap((segment) => [
    { path: `/${segment}`, page: "index.html" },
    { path: `/${segment}/*`, page: "index.html" },
  ]),
  { path: "/fire", page: "fire.html" },
  { path: "/fire/*", page: "fire.html" },
  { path: "/wall", page: "wall.html" },
  { path: "/wall/*", page: "wall.html" },
];
