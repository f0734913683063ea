import { fileTypes, type FileType } from '../../core/index.ts';
import { textAt } from './calls.ts';
import type { Answer, Driver, FileWithContent, Uploaded } from './driver.ts';

/** A form as platforms want files: named fields, then the file under its own name and kind. */
export function formOf(
  fields: { readonly [name: string]: string },
  field: string,
  { name, type, content }: FileWithContent,
): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set(field, new Blob([content], { type }), name);
  return form;
}

/** What the platform calls the file that it took, which stands at `id` of its answer; else what its refusal means. */
export function uploadedAs(answer: Answer, id: string, outcome: Driver['outcome']): Uploaded {
  const found = textAt(answer.json, id);
  if (found !== undefined) return { kind: 'uploaded', id: found };
  const said = outcome(answer);
  return said.kind === 'sent' ? { kind: 'later', reason: 'unreadable_answer' } : said;
}

/** What platforms count their limits in. */
export const megabyte = 1024 * 1024;

/** For platforms that take every kind of file up to one size. */
export function everyType(bytesMax: number): { readonly [type in FileType]?: number } {
  return Object.fromEntries(fileTypes.map((type) => [type, bytesMax]));
}
