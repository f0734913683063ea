import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdentity } from '../src/identity/index.ts';
import { openSqliteStore } from '../src/store/index.ts';
import { serve, table, type Served } from './child.ts';
import type { Census } from './serve.ts';
import { serveQueue, visit, type Counts, type Errand } from './soak-people.ts';

export const name = 'soak';

/** An hour of 100 messages a second. */
const turnsMax = Number(process.env['TURNS'] ?? 360_000);
const windows = Number(process.env['WINDOWS'] ?? 36);
/** What is loaded and kept once, however long it runs, is there by then. */
const warmUpShare = 1 / 4;
const atOnce = 60;
const settleMs = 1500;
/** Goal: less than this an hour, behind the warm-up. */
const slopeMaxMib = 1;

const account = { email: 'soak@example.com', password: 'soak soak soak soak' };
const allDay = {
  agents: {
    hours: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
    ],
  },
};

interface Window {
  readonly counts: Counts;
  readonly seconds: number;
  readonly census: Census;
}

/**
 * An hour's traffic as fast as the machine allows: visitors who come, talk in three languages, send files, ask for a person and
 * leave. In windows, each with a census when everybody has left: what grows from one to the next is kept for good. Whether the
 * heap does is judged by the slope of a straight line through the windows behind the warm-up. SIGINT ends it after the window.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-soak-'));
  await writeFile(join(folder, 'workspace.json'), JSON.stringify(allDay));
  await enlist(folder);
  const service = await serve('serve.ts', folder);
  const agent = await serveQueue(service.url, account);
  const seen: Window[] = [];
  let isOver = false;
  process.once('SIGINT', () => {
    isOver = true;
  });
  while (seen.length < windows && !isOver) {
    const counts: Counts = { turns: 0, talks: 0, files: 0, persons: 0, unanswered: 0, cut: 0 };
    const startedMs = performance.now();
    await play(service.url, counts, turnsMax / windows);
    const seconds = (performance.now() - startedMs) / 1000;
    seen.push({ counts, seconds, census: await censusOf(service) });
    console.error(`window ${seen.length} of ${windows}: ${lineOf(seen.length, seen.at(-1))}`);
  }
  await agent.stop();
  await service.stop();
  tell(seen);
}

async function enlist(folder: string): Promise<void> {
  const store = await openSqliteStore({ folder, clock: Date.now });
  const none = new Uint8Array(32);
  const { agents } = createIdentity({
    records: store.records,
    clock: Date.now,
    codeSender: { send: () => Promise.reject(new Error('nobody is sent a code')) },
    secrets: { session: { current: { kid: '1', secret: none } }, codes: none },
    hosts: [],
  });
  await agents.create({ ...account, name: 'Soak', role: 'agent' });
  await store.close();
}

async function play(url: string, counts: Counts, turns: number): Promise<void> {
  let begun = 0;
  const one = async (): Promise<void> => {
    while (counts.turns < turns) {
      begun += 1;
      await visit(url, errandOf(begun), counts);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** One visitor in twenty sends a file, one in fifty asks for a person. */
function errandOf(nth: number): Errand {
  if (nth % 50 === 0) return 'person';
  return nth % 20 === 0 ? 'file' : 'talk';
}

/** When the last visitor's socket is gone on that side too. */
async function censusOf({ process: child }: Served): Promise<Census> {
  for (let sockets = Infinity; ;) {
    child.send('census');
    const [census] = (await once(child, 'message')) as [Census];
    if (census.sockets >= sockets) return census;
    sockets = census.sockets;
    await sleep(settleMs);
  }
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function lineOf(nth: number, window: Window | undefined): string {
  return window ? rowOf(window, nth).join(' | ') : '';
}

function rowOf({ counts, seconds, census }: Window, nth: number): string[] {
  const { turns, talks, files, persons, unanswered, cut } = counts;
  return [
    String(nth),
    `${turns} (${Math.round(turns / seconds)}/s)`,
    `${talks}, ${files}, ${persons}`,
    `${unanswered}, ${cut}`,
    mib(census.heapUsed + census.external),
    mib(census.rss),
    `${census.sockets}, ${census.timers}, ${census.files}`,
    `${census.maps}, ${census.promises}`,
  ];
}

function tell(seen: readonly Window[]): void {
  table(
    [
      'window',
      'turns',
      'visits, files, persons',
      'unanswered, cut',
      'heap and buffers MiB',
      'resident MiB',
      'sockets, timers, open files',
      'maps, promises',
    ],
    seen.map((window, index) => rowOf(window, index + 1)),
  );
  const behind = seen.slice(Math.ceil(seen.length * warmUpShare)).map(({ census }) => census);
  const anHour = 360_000 / (turnsMax / windows);
  console.log('');
  table(
    ['an hour’s traffic adds', 'MiB', '95 % interval', 'verdict'],
    [
      verdict(
        'heap and buffers',
        behind.map(({ heapUsed, external }) => heapUsed + external),
        anHour,
      ),
      verdict(
        'resident',
        behind.map(({ rss }) => rss),
        anHour,
      ),
    ],
  );
}

function verdict(what: string, bytes: readonly number[], anHour: number): string[] {
  const { slope, error } = lineThrough(bytes.map((one) => one / 2 ** 20));
  const [low, high] = [(slope - 2 * error) * anHour, (slope + 2 * error) * anHour];
  const isFlat = low <= 0 || slope * anHour < slopeMaxMib;
  return [
    what,
    (slope * anHour).toFixed(2),
    `${low.toFixed(2)} to ${high.toFixed(2)}`,
    isFlat ? 'flat' : 'grows',
  ];
}

/** Least squares over evenly spaced values, with the slope's standard error. */
function lineThrough(values: readonly number[]): { slope: number; error: number } {
  const n = values.length;
  const [meanX, meanY] = [(n - 1) / 2, values.reduce((all, one) => all + one, 0) / n];
  const spread = values.reduce((all, _, x) => all + (x - meanX) ** 2, 0);
  const slope = values.reduce((all, y, x) => all + (x - meanX) * (y - meanY), 0) / spread;
  const rest = values.reduce((all, y, x) => all + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / Math.max(1, n - 2) / spread) };
}
