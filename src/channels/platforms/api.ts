import type { Clock } from '../../core/index.ts';
import type { Answer, Call, Driver, Sent, Settings } from './driver.ts';
import { overHttp, readUpTo, type Requests } from './requests.ts';

const answerBytesMax = 4 * 1024 * 1024;
/** A file takes longer than an answer, and nothing that is leased waits for it. */
const downloadTtlMs = 20_000;
/** A token is renewed before it ends. */
const tokenMarginMs = 5 * 60_000;

export interface ApiDeps {
  readonly clock: Clock;
  /** Instead of the network, for who measures what is left without it. */
  readonly requests?: Requests;
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
  const call = caller(deps.requests ?? overHttp);
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
      if (!file.next) return fetchBytes(file.first, bytesMax);
      const answer = await call(file.first);
      const last = answer && file.next(answer.json);
      return last && fetchBytes(last, bytesMax);
    },
  };
}

function caller(requests: Requests) {
  return async (call: Call): Promise<Answer | undefined> => {
    try {
      const { status, header, bytes } = await requests(call, answerBytesMax);
      return { status, header, json: bytes === undefined ? undefined : parsed(bytes) };
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

/** Platforms hand files over from other hosts and lead there by redirects; on the way `fetch` drops the token. */
async function fetchBytes(
  { method, url, headers }: Call,
  bytesMax: number,
): Promise<Buffer | undefined> {
  try {
    const signal = AbortSignal.timeout(downloadTtlMs);
    const response = await fetch(url, { method, headers, redirect: 'follow', signal });
    if (!response.ok) return undefined;
    return response.body ? await readUpTo(response.body, bytesMax) : Buffer.alloc(0);
  } catch {
    return undefined;
  }
}
