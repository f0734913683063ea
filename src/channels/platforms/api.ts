import type { Clock } from '../../core/index.ts';
import type { Answer, Call, Driver, Sent, Settings, Uploaded, Uploading } from './driver.ts';
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
  /** Brings a file there, in as many calls as it takes; never throws either. */
  upload(make: (settings: Settings) => Uploading): Promise<Uploaded>;
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
    return answer ? driver.outcome(answer) : noAnswer;
  }

  async function uploadOnce(make: (settings: Settings) => Uploading): Promise<Uploaded> {
    const own = await settings();
    if (!own) return noAnswer;
    const steps = make(own);
    let step = steps.next();
    while (step.done !== true) {
      const answer = await call(step.value);
      if (!answer) return noAnswer;
      step = steps.next(answer);
    }
    return step.value;
  }

  /** Once more with a new access token, if that was what was wrong. */
  async function renewed<T extends { readonly kind: string }>(
    once: () => Promise<T | Expired>,
  ): Promise<T | Later> {
    const first = await once();
    if (!isExpired(first)) return first;
    kept = undefined;
    const again = await once();
    return isExpired(again) ? { kind: 'later', reason: again.reason } : again;
  }

  return {
    driver,
    settings: given,
    ask,
    send: (make) => renewed(() => sendOnce(make)),
    upload: (make) => renewed(() => uploadOnce(make)),
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

type Expired = Extract<Sent, { readonly kind: 'expired' }>;
type Later = Extract<Sent, { readonly kind: 'later' }>;
const noAnswer: Later = { kind: 'later', reason: 'no_answer' };

function isExpired(one: { readonly kind: string }): one is Expired {
  return one.kind === 'expired';
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
