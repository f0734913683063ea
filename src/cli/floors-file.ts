import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { Fault } from '../core/index.ts';
import type { FloorTable } from '../insights/index.ts';

const share = z.number().min(0).max(1);
const floorsSchema = z
  .strictObject({ top1: share, top3: share, oosRecall: share, eceMax: share })
  .partial();
const tableSchema = z.record(z.string(), z.record(z.string(), floorsSchema));

/** Reads floors by set and language; a file that is not there has none when `optional`. */
export async function readFloors(file: string, optional: boolean): Promise<FloorTable> {
  const source = await readFile(file, 'utf8').catch(() => undefined);
  if (source === undefined) {
    if (optional) return {};
    throw new Fault('not_found', `There are no floors at ${file}.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new Fault('bad_content', `${file}:${line}  ${broken.message.split('\n')[0] ?? ''}`);
  }
  const parsed = tableSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  const mend = 'a floor is a share from 0 to 1: top1, top3, oosRecall or eceMax';
  throw new Fault('bad_content', `${file}  ${where}: ${issue?.message ?? ''} — ${mend}`);
}
