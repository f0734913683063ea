import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PeerName } from './nlu-peers.ts';
import { plot, type Bar } from './nlu-plot.ts';
import type { Job, Measured } from './nlu-run.ts';

export const name = 'nlu';

/** Public sets are read where they lie; see docs/reference/understanding.md for where to get them. */
const folder =
  process.env['KEFU_NLU_SETS'] ?? path.join(import.meta.dirname, '../../shared/data/nlu');
const picture = path.join(import.meta.dirname, '../docs/images/understanding.svg');

const everywhere: readonly PeerName[] = [
  'Kefu',
  'Kefu, separators alone',
  '`natural` Bayes',
  'NLP.js',
];
const rounds: readonly {
  readonly title: string;
  readonly set: string;
  readonly each: number;
  readonly peers: readonly PeerName[];
}[] = [
  { title: 'Banking77', set: 'banking77', each: 0, peers: everywhere },
  { title: 'HWU64', set: 'hwu64', each: 0, peers: everywhere },
  { title: 'CLINC150', set: 'clinc150', each: 0, peers: everywhere },
  {
    title: 'Banking77, 10 each',
    set: 'banking77',
    each: 10,
    peers: [...everywhere, 'Kefu, 3 networks, rest unlabelled'],
  },
];

/**
 * Every engine learns from the training split alone and judges the public test split, each in a process of its own,
 * one after the other. Times are processor time but for the latencies, of which each text's is the least of three
 * to eight readings. `npm run bench -- nlu hwu64` takes that set alone, `npm run bench -- nlu hwu64 Kefu` one engine on it; the
 * picture is drawn from a whole run.
 */
export async function run(): Promise<void> {
  console.log(
    '| set | engine | first right | in first three | 2 typos | right and kept at 80 % out of scope | out of scope refused | train | p50 | p99 | a second | memory | model, gzip |',
  );
  console.log(`|${' --- |'.repeat(13)}`);
  const bars: Bar[] = [];
  const wanted = rounds.filter(({ set }) => process.argv.includes(set));
  for (const { title, set, each, peers } of wanted.length > 0 ? wanted : rounds) {
    const file = path.join(folder, `${set}.jsonl`);
    if (!existsSync(file)) {
      console.log(`${set}: not at ${file}, skipped (set KEFU_NLU_SETS)`);
      continue;
    }
    const asked = peers.filter((peer) => process.argv.includes(peer));
    for (const peer of asked.length > 0 ? asked : peers) {
      const measured = await measureAside({ file, peer, each });
      bars.push({ set: title, engine: peer, share: measured.right });
      console.log(`| ${title} | ${peer} | ${cells(measured).join(' | ')} |`);
    }
  }
  if (bars.length === 0 || wanted.length > 0) return;
  mkdirSync(path.dirname(picture), { recursive: true });
  writeFileSync(picture, plot(bars));
}

async function measureAside(job: Job): Promise<Measured> {
  const child = fork(path.join(import.meta.dirname, 'nlu-run.ts'), {
    execArgv: ['--expose-gc', '--max-old-space-size=4096'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${job.peer} ended with ${String(code)}`);
  });
  // A child that has answered ends as well: then nobody asks any more how.
  ended.catch(() => undefined);
  child.send(job);
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [Measured];
  return measured;
}

function cells(measured: Measured): readonly string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const outside = measured.keptAt80 >= 0;
  return [
    percent(measured.right),
    percent(measured.listed),
    percent(measured.slipped),
    outside ? percent(measured.keptAt80) : '',
    outside ? percent(measured.refused) : '',
    `${measured.trainSeconds.toFixed(1)} s`,
    `${measured.p50Ms.toFixed(3)} ms`,
    `${measured.p99Ms.toFixed(2)} ms`,
    measured.perSecond.toFixed(0),
    `${measured.memoryMb.toFixed(0)} MB`,
    `${measured.modelMb.toFixed(2)} MB`,
  ];
}
