import { Fault } from '../../core/index.ts';

/** Primary result codes of SQLite (the low byte of an extended one). */
const busy = 5;
const corrupt = 11;
const notADatabase = 26;

/** What may pass by itself: no permission, locked, out of memory, read-only, interrupted, I/O error, full, cannot open. */
const passing: ReadonlySet<number> = new Set([3, busy, 6, 7, 8, 9, 10, 13, 14]);

/** SQLite's primary result code; undefined for anything that SQLite did not throw. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether the same work may succeed later, so that it stays queued. */
export function isPassing(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && passing.has(code);
}

export function isCorrupt(error: unknown): boolean {
  const code = resultCode(error);
  return code === corrupt || code === notADatabase;
}

export function isLocked(error: unknown): boolean {
  return resultCode(error) === busy;
}

export function corruptFault(file: string, cause?: unknown): Fault {
  const said = cause instanceof Error ? ` (${cause.message})` : '';
  return new Fault(
    'store_corrupt',
    `${file} is damaged${said}. Restore a backup of it, or move it away to start with an empty log.`,
    { cause },
  );
}

/** The fault by culprit for whatever a statement threw. */
export function asFault(error: unknown, file: string): Fault {
  if (error instanceof Fault) return error;
  if (isCorrupt(error)) return corruptFault(file, error);
  const said = error instanceof Error ? error.message : String(error);
  if (isPassing(error)) {
    return new Fault('store_failed', `the store cannot work on ${file}: ${said}`, { cause: error });
  }
  return new Fault('internal', `the store met a bug: ${said}`, { cause: error });
}
