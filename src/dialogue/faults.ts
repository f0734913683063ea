/** Something wrong in the content that an editor can mend: where, what, and what would be right. */
export interface ContentFault {
  readonly file: string;
  /** From 1; 1 when the fault is that something is not there at all. */
  readonly line: number;
  readonly what: string;
  readonly mend: string;
}

/** `file:line  what — how to mend`, as compilers print it, so that editors jump to it. */
export function faultText({ file, line, what, mend }: ContentFault): string {
  return `${file}:${line}  ${what} — ${mend}`;
}
