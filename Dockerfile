# Kefu in one image for every node. Build: docker build -t kefu .
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build-web.ts --force && npm prune --omit=dev

FROM node:26-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787 KEFU_DATA=/data
WORKDIR /app
COPY --from=build /app/package.json /app/start.js ./
COPY --from=build /app/.cache/compile ./.cache/compile
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/src ./src
COPY --from=build /app/intents ./intents
COPY --from=build /app/locales ./locales
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8787
# The root file system may be read-only: only /data and /tmp are written to.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--v8-pool-size=2", "start.js"]
