/**
 * Loaded into the real process in front of everything of its own (`NODE_OPTIONS=--import`), which knows nothing of it: once told by
 * a signal, it is killed as by `kill -9` before or after a commit, be it of the store or of the wallet's books. What it
 * sends over the internet arrives at a server of the test, under whatever name.
 */
import dns from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';

export interface Death {
  /** Counted from the first commit after the signal, or from the first one of the wallet's books, which is 1. */
  readonly at: number;
  readonly from: 'signal' | 'books';
  readonly side: 'before' | 'after';
  /** Where requests to the internet arrive. */
  readonly internetPort: number;
}

/** A public address that nobody connects to. */
const somewhere = '93.184.216.34';

const text = process.env['KEFU_TEST_DEATH'];
if (text !== undefined) prepare(JSON.parse(text) as Death);

function prepare({ at, from, side, internetPort }: Death): void {
  let isArmed = false;
  let commits = 0;
  process.on('SIGUSR2', () => {
    isArmed = true;
    console.log('armed');
  });
  const around = <T>(of: 'store' | 'books', commit: () => T): T => {
    if (isArmed && (commits > 0 || from === 'signal' || of === 'books')) commits += 1;
    const isHere = commits === at;
    if (isHere && side === 'before') process.kill(process.pid, 'SIGKILL');
    const result = commit();
    if (isHere) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  watchCommits(around);
  Reflect.set(dns, 'lookup', async () => [{ address: somewhere, family: 4 }]);
  Reflect.set(https, 'request', (_url: string, options: http.RequestOptions) => {
    const { method, headers, signal } = options;
    const sent = { method, headers, ...(signal && { signal }), agent: false } as const;
    return http.request(`http://127.0.0.1:${internetPort}/`, sent);
  });
  syncBuiltinESMExports();
}

function watchCommits(around: <T>(of: 'store' | 'books', commit: () => T) => T): void {
  const run = Reflect.get(StatementSync.prototype, 'run') as (...values: unknown[]) => never;
  StatementSync.prototype.run = function watched(this: StatementSync, ...values: unknown[]) {
    const commit = (): never => run.apply(this, values);
    return this.sourceSQL === 'COMMIT' ? around('store', commit) : commit();
  };
  const exec = Reflect.get(DatabaseSync.prototype, 'exec');
  DatabaseSync.prototype.exec = function watched(this: DatabaseSync, sql: string) {
    const commit = (): void => exec.call(this, sql);
    if (sql === 'COMMIT') around('books', commit);
    else commit();
  };
}
