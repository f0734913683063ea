import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { encode, parseConversationId } from '../src/core/index.ts';
import type { ConversationId } from '../src/core/index.ts';
import type { ConversationEvent } from '../src/dialogue/index.ts';
import { openSqliteStore } from '../src/store/index.ts';
import type { Store } from '../src/store/index.ts';
import { migrate, readMigrations } from '../src/store/sqlite/migrate.ts';

export const name = 'store';

const inFlights = [1, 32, 256];
/** Appends go to one of so many conversations at random: more than any cache of pages likes. */
const conversations = 2000;
const rounds = 5;
const roundMs = 1000;

/** One way to append; `append(n)` resolves when n messages are durable. */
interface Contender {
  readonly label: string;
  /** Appends for `roundMs` with so many in flight. */
  run(inFlight: number): Promise<Sample>;
}

interface Sample {
  readonly perSecond: number;
  readonly cpuMicrosEach: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Durable appends through the store beside the raw limit: the same rows in batches of the same size, written straight
 * with node:sqlite on the same disk with the same settings, turn by turn in one run.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), clock: Date.now });
  const raw = openRaw(join(folder, 'raw.db'));
  try {
    const contenders = [await throughStore(store), straight(raw)];
    console.log(
      `Durable appends of one message, ${conversations} conversations, medians of ${rounds} rounds.\n`,
    );
    console.log('| in flight | way | messages/s | of raw | CPU µs each | p50 ms | p99 ms |');
    console.log('| --: | --- | --: | --: | --: | --: | --: |');
    for (const inFlight of inFlights) await compare(contenders, inFlight);
  } finally {
    await store.close();
    raw.close();
    await rm(folder, { recursive: true });
  }
}

async function compare(contenders: readonly Contender[], inFlight: number): Promise<void> {
  const samples = new Map(contenders.map((contender) => [contender, [] as Sample[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [contender, kept] of samples) {
      const sample = await contender.run(inFlight);
      // The first round warms up.
      if (round > 0) kept.push(sample);
    }
  }
  const of = (kept: readonly Sample[], pick: (sample: Sample) => number): number =>
    median(kept.map(pick));
  const rateOf = (kept: readonly Sample[]): number => of(kept, (sample) => sample.perSecond);
  const limit = rateOf([...samples.values()].at(-1) ?? []);
  for (const [{ label }, kept] of samples) {
    const columns = [
      inFlight,
      label,
      rateOf(kept).toFixed(0),
      `${((100 * rateOf(kept)) / limit).toFixed(0)} %`,
      of(kept, (sample) => sample.cpuMicrosEach).toFixed(0),
      of(kept, (sample) => sample.p50Ms).toFixed(2),
      of(kept, (sample) => sample.p99Ms).toFixed(1),
    ];
    console.log(`| ${columns.join(' | ')} |`);
  }
}

async function throughStore(store: Store): Promise<Contender> {
  const ids = Array.from({ length: conversations }, (_, i) => conversationId(`c${i}`));
  await Promise.all(ids.map((id) => append(store, id, `first-${id}`)));
  let sent = 0;
  return {
    label: 'store',
    run: (inFlight) =>
      measure(async (isOver, took) => {
        const sender = async (): Promise<void> => {
          while (!isOver()) {
            const startedMs = performance.now();
            sent += 1;
            await append(store, ids[randomInt(conversations)] ?? conversationId('c0'), `m${sent}`);
            took(performance.now() - startedMs);
          }
        };
        await Promise.all(Array.from({ length: inFlight }, sender));
      }),
  };
}

async function append(store: Store, id: ConversationId, cid: string): Promise<void> {
  const result = await store.conversations.append({
    conversationId: id,
    create: { visitorId: id, channel: 'web' },
    dedupe: { key: cid, fingerprint: fingerprint(cid) },
    atMs: Date.now(),
    events: [message(cid)],
  });
  if (result.kind !== 'committed') throw new Error(`not committed: ${result.kind}`);
}

/** About 390 bytes a row, as the storage study has it. */
function message(cid: string): ConversationEvent {
  return { type: 'message.received', cid, text: `${cid} ${'where is my refund? '.repeat(15)}` };
}

function fingerprint(cid: string): string {
  return cid.padEnd(43, '=');
}

function conversationId(text: string): ConversationId {
  const id = parseConversationId(text);
  if (!id) throw new Error(`not an id: ${text}`);
  return id;
}

function openRaw(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000',
  );
  migrate(database, readMigrations(), 0);
  return database;
}

function straight(database: DatabaseSync): Contender {
  const of = (sql: string) => database.prepare(sql);
  const create = of(
    "INSERT INTO conversation (id, visitor_id, channel, language, version, seq, input_pos, handled_pos, unhandled, owner, closed, since_ms, last_at_ms) VALUES (?, ?, 'web', 'und', 0, 0, 0, 0, 1, 'bot', 0, 0, 0)",
  );
  const move = of(
    'UPDATE conversation SET version = ?, seq = ?, last_at_ms = ?, input_pos = ?, handled_pos = 0, unhandled = 1 WHERE n = ?',
  );
  const event = of(
    'INSERT INTO event (conversation, pos, seq, at_ms, body) VALUES (?, ?, ?, ?, ?)',
  );
  const accept = of(
    'INSERT INTO accepted (conversation, key, fingerprint, first_pos, last_pos) VALUES (?, ?, ?, ?, ?)',
  );
  const [begin, commit] = [of('BEGIN IMMEDIATE'), of('COMMIT')];
  const heads = Array.from({ length: conversations + 1 }, () => 0);
  begin.run();
  for (let i = 0; i < conversations; i += 1) create.run(`c${i}`, `c${i}`);
  commit.run();
  let sent = 0;
  const write = (): void => {
    const n = 1 + randomInt(conversations);
    const pos = (heads[n] ?? 0) + 1;
    const cid = `m${(sent += 1)}`;
    heads[n] = pos;
    event.run(n, pos, pos, Date.now(), encode(message(cid)));
    move.run(pos, pos, Date.now(), pos, n);
    accept.run(n, cid, fingerprint(cid), pos, pos);
  };
  return {
    label: 'raw',
    run: (inFlight) =>
      measure(async (isOver, took) => {
        while (!isOver()) {
          const startedMs = performance.now();
          begin.run();
          for (let i = 0; i < inFlight; i += 1) write();
          commit.run();
          const ms = performance.now() - startedMs;
          for (let i = 0; i < inFlight; i += 1) took(ms);
        }
        await Promise.resolve();
      }),
  };
}

async function measure(
  work: (isOver: () => boolean, took: (ms: number) => void) => Promise<void>,
): Promise<Sample> {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await work(
    () => performance.now() - startedMs >= roundMs,
    (ms) => times.push(ms),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
  return {
    perSecond: times.length / seconds,
    cpuMicrosEach: (used.user + used.system) / times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
