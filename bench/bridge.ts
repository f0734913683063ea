/**
 * What a turn costs on a messaging platform beyond the same turn from the widget's gateway: CPU of the service's whole
 * process a message. Our own work and the requests to the platform are told apart: the same service once with a stand-in for
 * the platform, once with its answers made up in the process; beside it what the two requests alone cost that every bridge
 * makes: a bare answer to a webhook, and a bare request to the stand-in.
 */
import { once } from 'node:events';
import { mkdtemp, mkdir, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writePlatformSettings } from '../src/channels/platforms/settings.ts';
import type { Asked, Told } from './bridge-service.ts';
import {
  byPost,
  bySocket,
  byTelegram,
  openTelegram,
  secret,
  type Person,
} from './bridge-people.ts';
import { quantile, serve, table, type Served } from './child.ts';

export const name = 'bridge';

const people = 10;
const rounds = 25;
/** Rounds before anything counts: a service that has run for a while is what costs. */
const warmRounds = 12;
/** Between two messages: long enough that one is dealt with before the next comes, in every way alike. */
const everyMs = 25;
const texts = ['what are your support hours', 'which currencies do you support'];

interface Way {
  readonly title: string;
  readonly served: Served;
  readonly people: readonly Person[];
  readonly costs: number[];
}

export async function run(): Promise<void> {
  const telegram = await openTelegram();
  const [plain, local, plugged] = await Promise.all([
    start(telegram.url),
    start(telegram.url, { KEFU_BENCH_NETWORK: 'none' }),
    start(telegram.url, { KEFU_PLUGINS: await onePlugin() }),
  ]);
  const ways = [
    await way('widget, on its socket', plain, bySocket),
    await way('widget, without a socket: POST and long poll', plain, byPost),
    await way('Telegram, our own work', local, byTelegram),
    await way('Telegram, with the requests to it', plain, byTelegram),
    await way('the same with a plugin', plugged, byTelegram),
  ];
  const { bareUrl } = await told(plain, { what: 'cpu' });
  const answered = await way('bare', plain, (url) => byTelegram(url, bareUrl));
  telegram.counts.clear();
  const calls = (await told(local, { what: 'cpu' })).calls;
  for (let round = 0; round < rounds; round += 1) {
    for (const one of [...ways, answered])
      one.costs.push(await cpuOf(one, texts[round % texts.length] ?? ''));
  }
  const sent = people * rounds;
  const requests = [...telegram.counts].map(
    ([what, count]) => `${what} ${(count / sent / 2).toFixed(2)}`,
  );
  const made = ((await told(local, { what: 'cpu' })).calls - calls) / sent;
  tell(ways);
  const bare = await bareCosts(plain);
  console.log(
    `\nThe two requests that every bridge makes, alone: a bare answer to the webhook ${least(answered.costs).toFixed(2)} ms at the least (p50 ${quantile(answered.costs, 0.5).toFixed(2)}), a bare request to the stand-in ${bare.http.toFixed(2)} by node:http with a kept connection, ${bare.fetch.toFixed(2)} by fetch.`,
  );
  console.log(`Requests a turn: ${requests.join(', ')}; made up ${made.toFixed(2)}.`);
  for (const one of [...ways, answered]) one.people.forEach((person) => person.close());
  await Promise.all([plain, local, plugged].map((served) => served.stop()));
  telegram.close();
}

const least = (costs: readonly number[]): number => quantile(costs, 0);

function tell(ways: readonly Way[]): void {
  const web = ways[0]?.costs ?? [];
  table(
    ['a turn', 'CPU ms, least', 'p50', 'beyond the widget by socket: least', 'p50 of the rounds'],
    ways.map(({ title, costs }) => [
      title,
      least(costs).toFixed(2),
      quantile(costs, 0.5).toFixed(2),
      // CPU counts dearer on a machine that is busy elsewhere: what is least is nearest to the truth.
      (least(costs) - least(web)).toFixed(2),
      // Round by round: what makes one way dear makes all of its round dear.
      quantile(
        costs.map((cost, round) => cost - (web[round] ?? 0)),
        0.5,
      ).toFixed(2),
    ]),
  );
}

async function start(apiUrl: string, env: { readonly [name: string]: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-'));
  await writePlatformSettings(folder, (settings) => ({
    ...settings,
    platforms: { telegram: { token: '123:ABC', secret, apiUrl } },
  }));
  return serve('bridge-service.ts', folder, {
    KEFU_PUBLIC_URL: 'https://chat.okpay.test',
    KEFU_PLUGINS: join(folder, 'no-plugins'),
    KEFU_BENCH_API: apiUrl,
    ...env,
  });
}

async function onePlugin(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-bench-'));
  await mkdir(folder, { recursive: true });
  const example = resolve(import.meta.dirname, '../plugins/examples/ping.mjs');
  await copyFile(example, join(folder, 'ping.mjs'));
  return folder;
}

/** Everybody has written before, so that beginning a conversation counts for nobody. */
async function way(
  title: string,
  served: Served,
  make: (url: string) => Promise<Person>,
): Promise<Way> {
  const all: Person[] = [];
  while (all.length < people) all.push(await make(served.url));
  const made = { title, served, people: all, costs: [] };
  for (let round = 0; round < warmRounds; round += 1) {
    await cpuOf(made, texts[round % texts.length] ?? '');
  }
  return made;
}

/** A message's share of what everybody's next one costs, to the end of what follows from it. */
async function cpuOf({ served, people: all }: Way, text: string): Promise<number> {
  const before = await told(served, { what: 'cpu' });
  for (const person of all) {
    await person.send(text);
    await pause(everyMs);
  }
  await pause(4 * everyMs);
  const after = await told(served, { what: 'cpu' });
  return (after.cpuMs - before.cpuMs) / all.length;
}

async function bareCosts(served: Served) {
  const of = async (what: 'fetch' | 'http') => {
    const costs: number[] = [];
    for (let nth = 0; nth < 100; nth += 1) {
      costs.push((await told(served, { what, count: 1 })).cpuMs);
      await pause(everyMs);
    }
    return quantile(costs, 0.5);
  };
  return { fetch: await of('fetch'), http: await of('http') };
}

async function told({ process: child }: Served, asked: Asked): Promise<Told> {
  child.send(asked);
  const [answer] = (await once(child, 'message')) as [Told];
  return answer;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
