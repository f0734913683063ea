/**
 * Everything that must hold, in one command: builds the pages, runs the static checks, then all tests, and ends
 * with the line `N passed, N failed`. A static check counts as one test. `--only name,name` runs some of them.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const report = resolve(root, '.cache/vitest.json');

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const checks: readonly Check[] = [
  { name: 'build', command: ['node', 'scripts/build-web.ts'] },
  { name: 'types', command: ['npm', 'run', '-s', 'check:types'] },
  { name: 'lint', command: ['npm', 'run', '-s', 'check:lint'] },
  { name: 'format', command: ['npm', 'run', '-s', 'check:format'] },
  { name: 'unused', command: ['npm', 'run', '-s', 'check:unused'] },
  { name: 'content', command: ['npm', 'run', '-s', 'check:content'] },
];

function run(command: readonly string[]): Promise<boolean> {
  const [program = '', ...args] = command;
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

function readReport(): VitestReport | undefined {
  return existsSync(report)
    ? (JSON.parse(readFileSync(report, 'utf8')) as VitestReport)
    : undefined;
}

const onlyAt = process.argv.indexOf('--only');
const only = onlyAt < 0 ? undefined : process.argv[onlyAt + 1]?.split(',');
const wanted = (name: string): boolean => only?.includes(name) ?? true;

let passed = 0;
let failed = 0;
for (const check of checks.filter(({ name }) => wanted(name))) {
  const startedMs = performance.now();
  const good = await run(check.command);
  if (good) passed += 1;
  else failed += 1;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${good ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)`);
}

let skipped = 0;
if (wanted('tests')) {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const good = await run([
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const result = readReport();
  passed += result?.numPassedTests ?? 0;
  failed += result?.numFailedTests ?? 0;
  skipped = result?.numPendingTests ?? 0;
  // A file that cannot even be loaded, or a crash of the runner, has no failed test of its own.
  if (!good && (result?.numFailedTests ?? 0) === 0) failed += 1;
  if (skipped > 0 && process.env['CI'] !== undefined) {
    console.log(`${skipped} tests were skipped: in CI every part must be there`);
    failed += 1;
  }
}

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
