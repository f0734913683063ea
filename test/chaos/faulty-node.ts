/**
 * Loaded into a node before anything of its own (`NODE_OPTIONS=--import`): its wall clock jumps and its disk is slow when the
 * file named by KEFU_CHAOS_FILE says so. The service knows nothing of it. Timers go on evenly, as they do when a real
 * clock is set; the file is read again by whatever process comes after a kill, so a wrong clock stays wrong.
 */
import { readFileSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';

/** What a node's machine does wrong at the moment. */
export interface NodeFaults {
  /** The wall clock is off by this. */
  readonly clockMs: number;
  /** Every commit takes this much longer, in the middle of the event loop, as a slow sync does. */
  readonly commitMs: number;
}

const lookEveryMs = 50;
const file = process.env['KEFU_CHAOS_FILE'];
let faults: NodeFaults = { clockMs: 0, commitMs: 0 };

function look(): void {
  try {
    if (file !== undefined) faults = JSON.parse(readFileSync(file, 'utf8')) as NodeFaults;
  } catch {
    // Being written at this moment: what was read last stays.
  }
}

const RealDate = Date;
const now = (): number => RealDate.now() + faults.clockMs;

function setClock(): void {
  globalThis.Date = new Proxy(RealDate, {
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
    construct: (target, given: [], newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
  });
}

function setDisk(): void {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const run = Reflect.get(StatementSync.prototype, 'run') as (...values: unknown[]) => never;
  StatementSync.prototype.run = function slowRun(this: StatementSync, ...values: unknown[]) {
    if (faults.commitMs > 0 && this.sourceSQL === 'COMMIT') {
      Atomics.wait(asleep, 0, 0, faults.commitMs);
    }
    return run.apply(this, values);
  };
}

if (file !== undefined) {
  look();
  setClock();
  setDisk();
  setInterval(look, lookEveryMs).unref();
}
