/**
 * `npm run chaos -- [--mode embedded|cluster] [--minutes N] [--rate N] [--seed N]`: loads the real service while everything
 * around it fails, and ends with one line of what was lost, doubled or reordered. See docs/operating/chaos.md.
 */
import { parseArgs } from 'node:util';
import { noViolations } from '../test/chaos/checker.ts';
import { longFaults } from '../test/chaos/plans.ts';
import { lineOf, runChaos } from '../test/chaos/run.ts';

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'embedded' },
    minutes: { type: 'string', default: '2' },
    rate: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

function positive(name: 'minutes' | 'rate' | 'seed'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} must be a number above 0, not "${values[name]}"`);
  process.exit(2);
}

const { mode } = values;
if (mode !== 'embedded' && mode !== 'cluster') {
  console.error(`--mode must be embedded or cluster, not "${mode}"`);
  process.exit(2);
}
const [minutes, rate, seed] = [positive('minutes'), positive('rate'), positive('seed')];
const durationMs = minutes * 60_000;
console.log(`chaos: ${mode}, ${minutes} min, ${rate} messages a second, seed ${seed}`);

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const result = await runChaos({
  mode,
  seed,
  rate,
  durationMs,
  refunders: Math.max(2, Math.round(minutes * 6)),
  faults: longFaults,
  settleMaxMs: 6 * 60_000,
  // Longer than a lease: what a killed node was doing is taken up by then.
  quietMs: 40_000,
  onProgress: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
console.log('faults', JSON.stringify(result.faults));
console.log('figures', JSON.stringify(result.figures));
for (const note of result.notes) console.log(`  ${note}`);
const isSettled = result.isSettled && result.figures['late'] === 0;
if (!isSettled) console.log('not everything had come to rest in time');
console.log(lineOf(result));
const isClean = JSON.stringify(result.violations) === JSON.stringify(noViolations());
process.exit(isClean && isSettled ? 0 : 1);
