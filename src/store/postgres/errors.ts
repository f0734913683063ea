import { Fault } from '../../core/index.ts';

/**
 * SQLSTATE classes that may pass by themselves: connection lost, deadlock or a conflict of transactions, resources
 * (memory, disk, connections) short, lock not got, statement cancelled or server going down, the system's I/O, and a
 * standby that cannot write until it is promoted.
 */
const passingClasses: ReadonlySet<string> = new Set(['08', '40', '53', '55', '57', '58']);
const readOnly = '25006';
const corruptCodes: ReadonlySet<string> = new Set(['XX001', 'XX002']);
/** Wrong password, no such user or database, no right to it: only the operator can mend these. */
const configClasses: ReadonlySet<string> = new Set(['28', '3D', '42501']);

function sqlState(error: unknown): string | undefined {
  // A severity tells the server's own answers from errors of sockets, whose code may look the same (EPIPE).
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Thrown by a mistake in a program, not by a socket or the server. */
function isBug(error: unknown): boolean {
  return (
    !(error instanceof Error) ||
    error instanceof Fault ||
    [TypeError, RangeError, SyntaxError, ReferenceError].some((bug) => error instanceof bug)
  );
}

/** Not the server's answer but the loss of it: what was asked may have been done. */
export function isLost(error: unknown): boolean {
  if (isBug(error)) return false;
  const code = sqlState(error);
  return code === undefined || code.startsWith('08') || code.startsWith('57');
}

/** Whether the same work may succeed later, so that it stays queued. */
export function isPassing(error: unknown): boolean {
  if (isBug(error)) return false;
  const code = sqlState(error);
  return code === undefined || code === readOnly || passingClasses.has(code.slice(0, 2));
}

/** The fault by culprit for whatever a statement threw. */
export function asFault(error: unknown, where: string): Fault {
  if (error instanceof Fault) return error;
  const code = sqlState(error);
  const said = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  if (code !== undefined && corruptCodes.has(code)) {
    return new Fault('store_corrupt', `${where} is damaged: ${said}`, cause);
  }
  if (code !== undefined && (configClasses.has(code.slice(0, 2)) || configClasses.has(code))) {
    return new Fault('bad_config', `${where} cannot be used: ${said}`, cause);
  }
  if (isPassing(error))
    return new Fault('store_failed', `${where} does not answer: ${said}`, cause);
  return new Fault('internal', `the store met a bug: ${said}`, cause);
}
