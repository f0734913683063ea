import type { Clock } from '../../core/index.ts';
import type { Answer, Call, Driver, Sent, Settings } from './driver.ts';

/** Well inside the outbox's lease of 30 s, so that no second worker takes the row meanwhile. */
const callTtlMs = 10_000;
const answerBytesMax = 4 * 1024 * 1024;
/** A token is renewed before it ends. */
const tokenMarginMs = 5 * 60_000;

export interface ApiDeps {
  readonly clock: Clock;
  readonly fetch?: typeof globalThis.fetch;
}

/** One platform as it can be called: with time limits, capped answers and an access token where it needs one. */
export interface PlatformApi {
  readonly driver: Driver;
  /** Never throws for what the network does: that is `later`. */
  send(make: (settings: Settings) => Call): Promise<Sent>;
  /** For what is nobody's message; undefined when there was no answer. */
  ask(make: (settings: Settings) => Call): Promise<Answer | undefined>;
  /** A file's bytes, cut off as too large beyond `bytesMax`; undefined when it could not be had. */
  download(
    steps: (settings: Settings) => NonNullable<ReturnType<NonNullable<Driver['download']>>>,
    bytesMax: number,
  ): Promise<Buffer | undefined>;
  readonly settings: Settings;
}

export function createApi(driver: Driver, given: Settings, deps: ApiDeps): PlatformApi {
  const call = caller(deps.fetch ?? fetch);
  let kept: { readonly token: string; readonly untilMs: number } | undefined;

  async function settings(): Promise<Settings | undefined> {
    const { token } = driver;
    if (!token) return given;
    const nowMs = deps.clock();
    if (kept === undefined || kept.untilMs <= nowMs) {
      const answer = await call(token.call(given));
      const read = answer && token.read(answer);
      if (!read) return undefined;
      const ttlMs = Math.max(read.ttlMs - tokenMarginMs, 1000);
      kept = { token: read.token, untilMs: nowMs + ttlMs };
    }
    return { ...given, accessToken: kept.token };
  }

  const ask: PlatformApi['ask'] = async (make) => {
    const own = await settings();
    return own && call(make(own));
  };

  async function sendOnce(make: (settings: Settings) => Call): Promise<Sent> {
    const answer = await ask(make);
    return answer ? driver.outcome(answer) : { kind: 'later', reason: 'no_answer' };
  }

  return {
    driver,
    settings: given,
    ask,
    async send(make) {
      const sent = await sendOnce(make);
      if (sent.kind !== 'expired') return sent;
      kept = undefined;
      const again = await sendOnce(make);
      return again.kind === 'expired' ? { kind: 'later', reason: again.reason } : again;
    },
    async download(steps, bytesMax) {
      const own = await settings();
      if (!own) return undefined;
      const file = steps(own);
      if (!file.next) return fetchBytes(deps.fetch ?? fetch, file.first, bytesMax);
      const answer = await call(file.first);
      const last = answer && file.next(answer.json);
      return last && fetchBytes(deps.fetch ?? fetch, last, bytesMax);
    },
  };
}

function requestOf({ method, headers, body }: Call): RequestInit {
  return {
    method,
    headers: { ...headers },
    // A redirect could lead to an address that nobody checked, with our token in the header.
    redirect: 'manual',
    signal: AbortSignal.timeout(callTtlMs),
    ...(body !== undefined && { body }),
  };
}

function caller(fetch: typeof globalThis.fetch) {
  return async (call: Call): Promise<Answer | undefined> => {
    try {
      const response = await fetch(call.url, requestOf(call));
      const bytes = await readUpTo(response, answerBytesMax);
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        json: bytes === undefined ? undefined : parsed(bytes),
      };
    } catch {
      return undefined; // refused, cut or too slow: told as no answer, tried again by whoever asked
    }
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

async function fetchBytes(
  fetch: typeof globalThis.fetch,
  call: Call,
  bytesMax: number,
): Promise<Buffer | undefined> {
  try {
    // Platforms hand files over from other hosts; by then there is no token in the request.
    const response = await fetch(call.url, { ...requestOf(call), redirect: 'follow' });
    return response.ok ? await readUpTo(response, bytesMax) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when there is more than that. */
async function readUpTo(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  if (!response.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
