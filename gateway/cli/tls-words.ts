/** What `linli tls init` made, for the text that explains it. */
export interface MadeAuthority {
  readonly folder: string;
  readonly names: readonly string[];
  /** SHA-256 of the root. */
  readonly fingerprint: string;
  /** `2027-12-28` */
  readonly endsOn: string;
}

/** What to do after `linli tls init`: settings, and how each system takes the root. */
export function explainAuthority({ folder, names, fingerprint, endsOn }: MadeAuthority): string {
  const own = /^(localhost|127\..*|::1|.*:.*)$/;
  const address =
    names.find((name) => /^\d+\./.test(name) && !own.test(name)) ?? names.find((name) => !own.test(name));
  const url = `https://${address ?? "localhost"}:8443`;
  return `made in ${folder}
  ca.crt      the root, to be installed wherever the gateway is to be trusted
  ca.key      signs certificates; keep a copy in a safe place, and nobody else may have it
  server.crt  good for ${names.join(", ")}
              until ${endsOn}; the gateway renews it by itself while ca.key is there
SHA-256 of the root
  ${fingerprint}

Settings: none are needed. Start the gateway again: MQTT over TLS listens on 8883, HTTPS on 8443, for this machine.
To open them, and only them, to other machines:
  LINLI_TLS_HOST=0.0.0.0 npm start
The plain ports stay on 127.0.0.1; do not set LINLI_HOST.

Install the root, once on each device. A phone gets it from ${url}/ca.crt (the browser warns this one time; compare the
SHA-256 above with what the phone shows):
  iOS, iPadOS  open the address in Safari, allow the download; Settings > General > VPN & Device Management > install;
               then Settings > General > About > Certificate Trust Settings > switch it on
  Android      open the address, keep the file; Settings > Security > Encryption & credentials > Install a certificate >
               CA certificate
  Windows      certutil -addstore -f Root ca.crt          (as administrator)
  macOS        sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.crt
  Debian       sudo cp ca.crt /usr/local/share/ca-certificates/linli.crt && sudo update-ca-certificates
  Firefox      Settings > Privacy & Security > Certificates > View Certificates > Authorities > Import
  mosquitto    --cafile ca.crt -p 8883;  curl: --cacert ca.crt;  linli: --ca ca.crt or LINLI_CA;  Node: NODE_EXTRA_CA_CERTS
`;
}
