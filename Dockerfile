# syntax=docker/dockerfile:1

FROM node:24.21-slim AS screens
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY dashboards/web ./dashboards/web
# The screens know the types of the API.
COPY gateway ./gateway
RUN node dashboards/web/build.ts

FROM node:24.21-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs a script at install, and the project's own would keep a compilation before its code is here. The Node
# that `npm ci` brings to machines without one is needless: the image is one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY client ./client
COPY devices ./devices
COPY simulators ./simulators
COPY gateway ./gateway
# Node keeps what it compiled apart by user and by flags: both are those of the running gateway and of its series process.
ENV NODE_COMPILE_CACHE=/var/cache/linli
RUN install -d -o node -g node -m 700 /var/cache/linli /var/lib/linli
USER node
RUN node --max-semi-space-size=8 --max-old-space-size=2000 gateway/warm.ts
RUN node --max-semi-space-size=4 gateway/warm.ts

FROM node:24.21-slim
WORKDIR /app
COPY --from=build /app ./
COPY --from=screens /app/dashboards/web/dist ./dashboards/web/dist
COPY --from=build --chown=node:node /var/cache/linli /var/cache/linli
# A new volume takes its owner and rights from here.
COPY --from=build --chown=node:node /var/lib/linli /var/lib/linli
# Inside a container the address of the host's loopback reaches nobody; which addresses of the host are open is said where
# the ports are published.
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/var/cache/linli \
  LINLI_DATA_DIR=/var/lib/linli \
  LINLI_HOST=0.0.0.0 \
  LINLI_ALLOW_PLAIN=true \
  LINLI_TLS_HOST=0.0.0.0
USER node
VOLUME ["/var/lib/linli"]
EXPOSE 1883 8080 8883 8443
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=8", "--max-old-space-size=2000", "gateway/main.ts"]
CMD ["serve"]
