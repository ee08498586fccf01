import { renderPage } from "./page.ts";

/** The page at `/` when the screens were not built: says in both languages where things are. */
export const landingPage = renderPage({
  title: "邻里网关 · Linli gateway",
  body: `<h1>邻里网关 <small lang="en">Linli gateway</small></h1>
<p>网关正在运行。<span class="en" lang="en">The gateway is running.</span></p>
<p>页面尚未构建：在程序目录运行 <code>npm ci</code>（或 <code>npm run build</code>），然后重启。
<span class="en" lang="en">The screens are not built: run <code>npm ci</code> (or <code>npm run build</code>) in the program's folder and restart.</span></p>
<ul>
<li><a href="/login">登录 <span lang="en">Log in</span></a></li>
<li><a href="/docs">接口文档 <span lang="en">API documentation</span></a> · <a href="/openapi.json">OpenAPI 3.1</a></li>
<li><code>GET /api/v1/sites</code>、<code>/api/v1/alerts</code>、<code>/api/v1/kinds</code> — 登录后，或使用令牌
<span class="en" lang="en">after logging in, or with <code>Authorization: Bearer &lt;token&gt;</code></span></li>
<li><code>GET /api/v1/stream</code> — 实时事件流（SSE）<span class="en" lang="en">live events</span></li>
<li><code>/mqtt</code> — MQTT over WebSocket；设备也可用 TCP 端口 <span class="en" lang="en">devices may use the TCP port too</span></li>
<li><a href="/health/ready">运行状况 <span lang="en">health</span></a> · <a href="/metrics">指标 <span lang="en">metrics</span></a></li>
</ul>`,
});
