import { get } from "node:http";

/*
 * Screens that watch a gateway and throw away what they see: arguments are the HTTP port, a bearer token and how many.
 * At SIGTERM it prints one JSON object: bytes seen, and how many streams the gateway had ended.
 */
const [port, token, count] = process.argv.slice(2);
let bytes = 0;
let cut = 0;
for (let i = 0; i < Number(count); i++) {
  const request = get(
    { host: "127.0.0.1", port, path: "/api/v1/stream", headers: { authorization: `Bearer ${token}` } },
    (response) => {
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("close", () => {
        cut += 1;
      });
    },
  );
  request.on("error", () => {
    cut += 1;
  });
}
process.on("SIGTERM", () => {
  process.stdout.write(JSON.stringify({ bytes, cut }));
  process.exit(0);
});
