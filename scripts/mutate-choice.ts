import { createHash } from 'node:crypto';

/** A mutant, as the tester's checkers are given it and as its report tells of it. */
export interface MutantPlace {
  readonly fileName: string;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
  readonly mutatorName: string;
  readonly replacement?: string;
}

export interface Sample {
  readonly seed: number;
  /** From 0 to 1. */
  readonly share: number;
  /** A file with the keys of the mutants that are wanted, in place of a share. */
  readonly only?: string;
}

/** The same for a mutant in the sandbox and in the report, whose lines begin at 0 and at 1. */
export function keyOf({ fileName, location, mutatorName, replacement }: MutantPlace): string {
  const { start, end } = location;
  const file = fileName.slice(fileName.lastIndexOf('src/'));
  const lines = end.line - start.line;
  return [file, start.line, start.column, lines, end.column, mutatorName, replacement].join('|');
}

export function isInSample(mutant: MutantPlace, { seed, share }: Sample): boolean {
  const digest = createHash('sha256')
    .update(`${seed}|${keyOf(mutant)}`)
    .digest();
  return digest.readUInt32BE(0) / 2 ** 32 < share;
}
