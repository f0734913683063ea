/**
 * `npm run mutate -- [room …] [--share 0.2] [--seed 1] [--files a,b] [--again]`: changes the code of a room in many small ways and
 * counts how many of the changes its tests notice. `--share` tries a part of them, which the seed chooses; `--again` tries
 * those that nothing noticed the last time. Exits with 1 below 85 %. See docs/operating/security.md.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isInSample, keyOf, type MutantPlace, type Sample } from './mutate-choice.ts';
import { mutatedRooms, type MutatedRoom } from './mutate-rooms.ts';

const wantedScore = 0.85;
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, '.cache/mutation');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    files: { type: 'string' },
    again: { type: 'boolean', default: false },
  },
});
const sample: Sample = { seed: Number(values.seed), share: Number(values.share) };
if (!Number.isSafeInteger(sample.seed) || !(sample.share > 0 && sample.share <= 1)) {
  console.error('--seed must be a whole number, --share above 0 and at most 1');
  process.exit(2);
}

type Status = 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'CompileError' | 'RuntimeError';

interface Tried extends MutantPlace {
  readonly status: Status;
}

interface Report {
  readonly files: Record<
    string,
    { readonly source: string; readonly mutants: readonly Omit<Tried, 'fileName'>[] }
  >;
}

/** Reports count lines and columns from 1; the tester itself from 0. */
function triedIn(report: Report): readonly Tried[] {
  const less = ({ line, column }: { readonly line: number; readonly column: number }) => ({
    line: line - 1,
    column: column - 1,
  });
  return Object.entries(report.files).flatMap(([fileName, { mutants }]) =>
    mutants.map((mutant) => {
      const { start, end } = mutant.location;
      return { ...mutant, fileName, location: { start: less(start), end: less(end) } };
    }),
  );
}

const isLeft = ({ status }: Tried) => status === 'Survived' || status === 'NoCoverage';
const leftFile = (room: string) => join(folder, `${room}.left.json`);

/** What the tester is told; JSON, so that it needs no config of its own beside this file. */
function configOf(name: string, room: MutatedRoom, files: readonly string[]) {
  return {
    packageManager: 'npm',
    plugins: ['@stryker-mutator/vitest-runner', './scripts/mutate-sample.ts'],
    checkers: ['sample'],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutate-vitest.ts', related: false },
    mutate: files.length > 0 ? files : room.mutate,
    concurrency: 1,
    coverageAnalysis: 'perTest',
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `.cache/mutation/${name}.json` },
    tempDirName: '.cache/mutation/sandbox',
    disableTypeChecks: true,
    // TypeScript 7 has no programming interface yet, by which the tester would rewrite the paths of a configuration.
    tsconfigFile: 'none.json',
    timeoutMS: 10_000,
    timeoutFactor: 1,
    ignorePatterns: ['agent-desk', 'web-widget', 'bench', 'docs', 'deploy', '.cache', 'data'],
  };
}

async function mutate(name: string, room: MutatedRoom): Promise<boolean> {
  const files = (values.files ?? '').split(',').filter((file) => file !== '');
  const config = join(folder, `${name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(name, room, files), null, 2));
  const wanted: Sample = values.again ? { ...sample, only: leftFile(name) } : sample;
  // Databases in memory where there is such a folder: syncing them to a disk took nine tenths of the time.
  const temporary = mkdtempSync(
    join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kefu-mutate-'),
  );
  const isDone = await run(['run', config], {
    KEFU_MUTATION_SAMPLE: JSON.stringify(wanted),
    KEFU_MUTATION_TESTS: JSON.stringify(room.tests),
    TMPDIR: temporary,
  });
  for (const left of [join(folder, 'sandbox'), temporary]) {
    rmSync(left, { recursive: true, force: true });
  }
  if (!isDone) return false;
  const report = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Report;
  const only = values.again ? new Set(readLeft(name)) : undefined;
  const tried = triedIn(report)
    .filter(({ status }) => status !== 'CompileError')
    .filter((mutant) => only?.has(keyOf(mutant)) ?? isInSample(mutant, sample));
  writeFileSync(leftFile(name), JSON.stringify(tried.filter(isLeft).map(keyOf), null, 1));
  return told(name, report, tried);
}

function readLeft(name: string): readonly string[] {
  return existsSync(leftFile(name))
    ? (JSON.parse(readFileSync(leftFile(name), 'utf8')) as string[])
    : [];
}

function told(name: string, report: Report, tried: readonly Tried[]): boolean {
  for (const mutant of tried.filter(isLeft)) {
    const { line } = mutant.location.start;
    const was = report.files[mutant.fileName]?.source.split('\n')[line]?.trim() ?? '';
    const what = (mutant.replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 100);
    console.log(`${mutant.fileName}:${line + 1} ${mutant.status} ${mutant.mutatorName}`);
    console.log(`    ${was.slice(0, 140)}\n    → ${what}`);
  }
  const byFile = Map.groupBy(tried, ({ fileName }) => fileName);
  for (const [fileName, mutants] of byFile) console.log(lineOf(fileName, mutants));
  const whole = values.again ? 'of those left the last time' : `seed ${sample.seed}`;
  console.log(lineOf(`${name} (${whole}, ${sample.share * 100} %)`, tried));
  return scoreOf(tried) >= wantedScore;
}

function lineOf(what: string, tried: readonly Tried[]): string {
  const count = (...states: Status[]) =>
    tried.filter(({ status }) => states.includes(status)).length;
  const percent = (scoreOf(tried) * 100).toFixed(1);
  return `${what}: ${percent} % of ${tried.length}: killed ${count('Killed', 'RuntimeError')}, timed out ${count('Timeout')}, survived ${count('Survived')}, not run ${count('NoCoverage')}`;
}

function scoreOf(tried: readonly Tried[]): number {
  return tried.length === 0 ? 1 : 1 - tried.filter(isLeft).length / tried.length;
}

function run(args: readonly string[], env: Record<string, string>): Promise<boolean> {
  return new Promise((done) => {
    const program = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
    });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}

mkdirSync(folder, { recursive: true });
const names = positionals.length > 0 ? positionals : Object.keys(mutatedRooms);
const scores: boolean[] = [];
for (const name of names) {
  const room = mutatedRooms[name];
  if (room === undefined) {
    console.error(`no room ${name}: ${Object.keys(mutatedRooms).join(', ')}`);
    process.exit(2);
  }
  scores.push(await mutate(name, room));
}
process.exit(scores.every(Boolean) ? 0 : 1);
