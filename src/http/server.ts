import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import type { Express, Request, RequestHandler, Response, Router } from 'express';
import helmet from 'helmet';
import { Fault, limits } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { Health, Log, Metrics } from '../ops/index.ts';
import { clientIp, trustOf } from './client-ip.ts';
import type { TrustProxy } from './client-ip.ts';
import { bodyOf, errorBorder, notFoundBorder } from './error-border.ts';
import { limitHere, type Limit } from './rate-limit.ts';
import { limitKey } from './client-ip.ts';
import { Hooks, type Hook } from './hooks.ts';
import { routeUpgrades } from './upgrades.ts';
import type { UpgradeHandler } from './upgrades.ts';

export interface HttpOptions {
  readonly log: Log;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Default: nobody's forwarded address is believed. */
  readonly trustProxy?: TrustProxy;
  /** The public address is https: browsers are told to stay there. */
  readonly secure?: boolean;
  /** Requests and upgrades of one address in a minute. Default 1200: some hundred people behind one office's address. */
  readonly requestsPerMinute?: number;
  /** Counts them, when several nodes do so together; default: this process by itself. */
  readonly ipLimit?: Limit;
  /** Open TCP connections. Default 20000, about 400 MB at the most that an idle one may cost. */
  readonly connectionsMax?: number;
}

/**
 * The one HTTP server. Rooms mount their routes on `app` and their sockets with `onUpgrade` before
 * `listen`, which puts the borders (no such address, errors) behind them.
 */
export interface HttpServer {
  readonly app: Express;
  readonly server: Server;
  /** JSON bodies up to `limits.frameBytesMax`; anything else arrives as an undefined body. */
  readonly json: RequestHandler;
  /** A router whose answers are never cached and whose bodies are JSON, mounted at `path`. */
  api(path: string): Router;
  /** Answers machines below this path; see `Hooks`. */
  onHook(path: string, hook: Hook): void;
  onUpgrade(path: string, handler: UpgradeHandler): void;
  /** The address behind our proxies. */
  ipOf(request: IncomingMessage): string;
  listen(port: number, host?: string): Promise<AddressInfo>;
  /** New requests and upgrades are refused as `shutting_down` from here on. */
  drain(): void;
  /** Waits for running requests up to `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

export function createHttp(options: HttpOptions): HttpServer {
  const app = express();
  const server = createServer(serverLimits, (request, response) => {
    if (!hooks.take(request, response)) app(request, response);
  });
  server.maxConnections = options.connectionsMax ?? 20_000;
  const cutAll = trackConnections(server);
  const trust = trustOf(options.trustProxy ?? false);
  const ipOf = (request: IncomingMessage) => clientIp(request, trust);
  const gate = createGate(options, ipOf);
  const hooks = new Hooks({
    log: options.log,
    metrics: options.metrics,
    gate: gate.refusal,
    gateSentence,
    secure: options.secure ?? false,
  });
  const handlers = new Map<string, UpgradeHandler>();
  const json = express.json({ limit: limits.frameBytesMax, inflate: false });

  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy ?? false);
  app.set('query parser', 'simple');
  app.use(securityHeaders(options.secure ?? false));
  mountProbes(app, options);
  app.use(countRequests(options.metrics));
  app.use(gate.middleware);
  routeUpgrades(server, { handlers, log: options.log, gate: gate.refusal });
  server.on('clientError', answerClientError);

  return {
    app,
    server,
    json,
    ipOf,
    api: (path) => mountApi(app, path, json),
    onHook: (path, hook) => hooks.add(path, hook),
    onUpgrade: (path, handler) => {
      handlers.set(path, handler);
    },
    async listen(port, host) {
      app.use(notFoundBorder());
      app.use(errorBorder(options.log));
      return listening(server, port, host);
    },
    drain: gate.drain,
    close: (graceMs = 5000) => closeServer(server, cutAll, graceMs),
  };
}

/** A slow-loris peer gets 15 s for its headers and 2 min for a whole request: a photo over a slow mobile line takes that long. */
const serverLimits = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16 * 1024,
};

/** No inline script or style anywhere; the pages are built so that they need none. */
function securityHeaders(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // `blob:` for pictures in a conversation: fetched with the session's token, never by address.
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function mountApi(app: Express, path: string, json: RequestHandler): Router {
  const router = express.Router();
  app.use(
    path,
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
    json,
    router,
  );
  return router;
}

/** Before the limits: a balancer and a scraper ask from one address, often. */
function mountProbes(app: Express, options: HttpOptions): void {
  app.get('/health/live', (_request, response) => {
    response.json({ ok: true });
  });
  app.get('/health/ready', async (_request, response) => {
    const readiness = await options.health.ready();
    response.status(readiness.ok ? 200 : 503).json(readiness);
  });
  app.get('/metrics', async (request, response, next) => {
    if (!isLocal(request)) return next();
    const { contentType, body } = await options.metrics.render();
    response.type(contentType).send(body);
  });
}

/** Figures tell a stranger how busy the desk is, so only this machine may read them, and nothing that was forwarded. */
function isLocal(request: Request): boolean {
  if (request.headers['x-forwarded-for'] !== undefined) return false;
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(request.socket.remoteAddress ?? '');
}

function countRequests(metrics: Metrics): RequestHandler {
  return (_request, response, next) => {
    response.on('finish', () => {
      metrics.count('requests', `${Math.floor(response.statusCode / 100)}xx`);
      const code: unknown = response.locals['refused'];
      if (typeof code === 'string') metrics.count('refused', code);
    });
    next();
  };
}

interface Gate {
  readonly middleware: RequestHandler;
  readonly refusal: (request: IncomingMessage) => Promise<ErrorCode | undefined>;
  readonly drain: () => void;
}

function createGate(options: HttpOptions, ipOf: (request: IncomingMessage) => string): Gate {
  const { requestsPerMinute: points = 1200 } = options;
  const limit = options.ipLimit ?? limitHere({ name: 'ip', points, windowMs: 60_000 });
  let draining = false;
  const refusal = async (request: IncomingMessage): Promise<ErrorCode | undefined> => {
    if (draining) return 'shutting_down';
    return (await limit.take(limitKey(ipOf(request)))) ? undefined : 'rate_limited';
  };
  return {
    refusal,
    async middleware(request: Request, response: Response, next) {
      const code = await refusal(request);
      if (!code) return next();
      if (code === 'shutting_down') response.setHeader('Connection', 'close');
      throw new Fault(code, gateSentence(code));
    },
    drain() {
      draining = true;
    },
  };
}

const gateSentence = (code: ErrorCode): string => gateSentences[code] ?? 'Not now.';

const gateSentences: { readonly [code in ErrorCode]?: string } = {
  rate_limited: 'Too many requests from this address. Try again in a minute.',
  shutting_down: 'The server is restarting. Try again.',
};

/** What Node's parser refuses never reaches Express; it gets a named error all the same. */
function answerClientError(error: Error, socket: Duplex): void {
  if (!socket.writable || ('code' in error && error.code === 'ECONNRESET')) {
    socket.destroy();
    return;
  }
  const overflow = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
  const status = overflow ? '413 Payload Too Large' : '400 Bad Request';
  const body = overflow
    ? bodyOf('too_large', 'The headers are larger than allowed.')
    : bodyOf('bad_request', 'This is not a request that can be read.');
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

function listening(server: Server, port: number, host?: string): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  server.once('error', reject);
  server.listen(port, host, () => {
    server.off('error', reject);
    const address = server.address();
    if (typeof address === 'object' && address) resolve(address);
    else reject(new Fault('internal', 'the server listens on no TCP address'));
  });
  return promise;
}

/** Upgraded sockets are no longer the server's own, so the cut goes by the TCP connections themselves. */
function trackConnections(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

function closeServer(server: Server, cutAll: () => void, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(cutAll, graceMs);
  server.close(() => {
    clearTimeout(timer);
    resolve();
  });
  server.closeIdleConnections();
  return promise;
}
