import type { Understanding } from '../core/index.ts';
import { outOfScope, type TrainingUtterances } from '../nlu/index.ts';
import type { Log } from '../ops/index.ts';
import { learnCentroids, mixed, type Centroids } from './opinion.ts';

/** An OpenAI-compatible `/embeddings` door on the operator's own network. */
export interface EncoderConfig {
  /** Base address, such as `http://10.0.0.7:8000/v1`; nothing is ever sent elsewhere. */
  readonly url: string;
  readonly model: string;
  readonly key?: string;
  /** Longest wait for an opinion on one message. */
  readonly timeoutMs: number;
}

export interface Encoder {
  /**
   * The reading, or a better one where it was doubtful and the encoder had an opinion in time. Never rejects; a
   * refusal stays a refusal. While the encoder is away, slow or has not learned yet, the reading comes back as it was.
   */
  reconsider(reading: Understanding): Promise<Understanding>;
  /** Learns from the utterances in the background; the same `digest` again costs nothing, and after a failure is tried anew. */
  learn(utterances: TrainingUtterances, digest: string): void;
  /** Settles when what was begun by `learn` has ended, well or not. */
  readonly learned: Promise<void>;
  close(): void;
}

/** A sure answer needs no second opinion; neither does a refusal, which the encoder cannot judge. */
const sureFrom = 0.9;
/** Utterances of one intent in one language that are learned from. */
const utterancesMax = 60;
const batchSize = 64;
const batchTimeoutMs = 30_000;
/** Failures in a row until the encoder is left alone, and for how long. */
const failuresMax = 3;
const pauseMs = 30_000;
const answerBytesMax = 32 * 2 ** 20;
const dimensionsMax = 8192;

export function openEncoder(config: EncoderConfig, log: Pick<Log, 'info' | 'warn'>): Encoder {
  const closing = new AbortController();
  const breaker = new Breaker();
  let centroids: { readonly [language: string]: Centroids } = {};
  let begun: string | undefined;
  let againAtMs = 0;
  let learned: Promise<void> = Promise.resolve();

  async function learnAll(utterances: TrainingUtterances): Promise<void> {
    const made: { [language: string]: Centroids } = {};
    for (const [language, byIntent] of Object.entries(utterances)) {
      const texts = spread(byIntent);
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batchSize) {
        const batch = texts.slice(from, from + batchSize).map(({ text }) => text);
        vectors.push(
          ...(await embed(config, batch, { signal: closing.signal, ms: batchTimeoutMs })),
        );
      }
      made[language] = learnCentroids(
        texts.map(({ intent }) => intent),
        vectors,
      );
    }
    centroids = made;
    log.info({ languages: Object.keys(made) }, 'encoder learned');
  }

  return {
    get learned() {
      return learned;
    },
    learn: (utterances, digest) => {
      if (closing.signal.aborted) return;
      if (digest === begun && performance.now() < againAtMs) return;
      begun = digest;
      againAtMs = Infinity;
      learned = learnAll(utterances).catch((error: unknown) => {
        againAtMs = performance.now() + pauseMs;
        if (!closing.signal.aborted) log.warn({ err: error, pauseMs }, 'encoder could not learn');
      });
    },
    reconsider: async (reading) => {
      const known = centroids[reading.language];
      if (!known || !isDoubtful(reading) || breaker.isOpen()) return reading;
      try {
        const [vector] = await embed(config, [masked(reading)], {
          signal: closing.signal,
          ms: config.timeoutMs,
        });
        breaker.succeeded();
        return vector ? mixed(reading, known, vector) : reading;
      } catch (error) {
        if (breaker.failed()) log.warn({ err: error, pauseMs }, 'encoder is away');
        return reading;
      }
    },
    close: () => closing.abort(),
  };
}

function isDoubtful({ verdict, intents, requests, topic }: Understanding): boolean {
  if (verdict === 'refuse' || requests !== undefined || topic !== undefined) return false;
  return verdict === 'clarify' || (intents[0]?.confidence ?? 0) < sureFrom;
}

/** What leaves the process: no id, amount, contact, name of a bank or digit of the message. */
export function masked({ text, entities }: Pick<Understanding, 'text' | 'entities'>): string {
  let kept = '';
  let from = 0;
  for (const { type, start, end } of entities) {
    kept += `${text.slice(from, start)}[${type}]`;
    from = end;
  }
  return (kept + text.slice(from))
    .replace(/\p{Nd}/gu, '0')
    .replace(/\S*(?:@|:\/\/)\S*/gu, '[link]');
}

/** Up to `utterancesMax` an intent, evenly out of its file; what is out of scope has no centre. */
function spread(byIntent: {
  readonly [intent: string]: readonly string[];
}): readonly { readonly intent: string; readonly text: string }[] {
  return Object.entries(byIntent).flatMap(([intent, texts]) => {
    if (intent === outOfScope) return [];
    const step = Math.max(1, texts.length / utterancesMax);
    const count = Math.min(texts.length, utterancesMax);
    return Array.from({ length: count }, (_, nth) => ({
      intent,
      text: texts[Math.floor(nth * step)] ?? '',
    }));
  });
}

/** Closed: asked. After `failuresMax` failures in a row open for `pauseMs`: not asked; then one try decides. */
class Breaker {
  #failures = 0;
  #openUntilMs = 0;

  isOpen(): boolean {
    return performance.now() < this.#openUntilMs;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** True when this failure opens it. */
  failed(): boolean {
    this.#failures += 1;
    if (this.#failures < failuresMax) return false;
    this.#openUntilMs = performance.now() + pauseMs;
    return true;
  }
}

async function embed(
  { url, model, key }: EncoderConfig,
  input: readonly string[],
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
): Promise<readonly Float32Array[]> {
  const answer = await fetch(`${url}/embeddings`, {
    method: 'POST',
    // A redirect could lead customers' words elsewhere.
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ model, input, encoding_format: 'float' }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new TypeError(`the encoder answered ${answer.status}`);
  }
  return vectorsOf(JSON.parse(await readCapped(answer)), input.length);
}

async function readCapped(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > answerBytesMax) throw new TypeError('the encoder answered too much');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** One vector for each text, by `index`, all of one length; anything else is thrown. */
function vectorsOf(answer: unknown, count: number): readonly Float32Array[] {
  const rows = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'] : [];
  const vectors = new Map<number, Float32Array>();
  for (const row of rows.slice(0, count)) {
    if (!isRecord(row) || !isVector(row['embedding'])) break;
    vectors.set(Number(row['index']), Float32Array.from(row['embedding']));
  }
  const all = Array.from({ length: count }, (_, place) => vectors.get(place));
  const length = all[0]?.length;
  return all.map((vector) => {
    if (vector && vector.length === length) return vector;
    throw new TypeError('the encoder answered something else than vectors');
  });
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVector(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= dimensionsMax &&
    value.every((one) => typeof one === 'number' && Number.isFinite(one))
  );
}
