/** `npm run bench [-- name …]`: runs the benches, each beside its peer or limit in the same run, and prints Markdown tables. */
import { cpus, totalmem } from 'node:os';

interface Bench {
  readonly name: string;
  run(): Promise<void>;
}

const benches: readonly (() => Promise<Bench>)[] = [
  () => import('./store.ts'),
  () => import('./wire.ts'),
  () => import('./desk.ts'),
  () => import('./desk-browser.ts'),
  () => import('./memory.ts'),
  () => import('./growth.ts'),
  () => import('./storm.ts'),
  () => import('./soak.ts'),
  () => import('./scaling.ts'),
  () => import('./bridge.ts'),
  () => import('./webhooks.ts'),
  () => import('./nlu.ts'),
  () => import('./widget-page.ts'),
  () => import('./language.ts'),
];

const wanted = process.argv.slice(2);
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
for (const load of benches) {
  const bench = await load();
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.log(`## ${bench.name}\n`);
  await bench.run();
  console.log('');
}
