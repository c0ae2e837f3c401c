# The worker with its browser. Build: docker compose build. Run: see docker-compose.yml.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# The packages first: they change less often than the code.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
# chromium-sandbox (a setuid program) is left out: Chromium sandboxes itself in user namespaces, see docker/seccomp.json.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates chromium fonts-liberation fonts-noto-color-emoji tini tzdata \
  && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
# A user of this image alone; /data is its only place to write to, and nobody else reads it.
RUN groupadd --gid 10001 etl \
  && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin etl \
  && install --directory --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY drizzle ./drizzle
COPY selectors ./selectors
RUN ln -s /app/dist/cli.js /usr/local/bin/whatsapp-etl
ENV NODE_ENV=production \
  HOME=/tmp \
  DATA_DIR=/data \
  ATTACHMENTS_DIR=/data/attachments \
  CHROMIUM_PATH=/usr/bin/chromium \
  HTTP_HOST=0.0.0.0
USER 10001:10001
VOLUME /data
EXPOSE 8080
# Unhealthy means that the data is not fresh (/health). An orchestrator that restarts what is unhealthy should ask /livez instead.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/health`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# tini passes signals on and buries what Chromium leaves behind.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/cli.js"]
CMD ["start"]
