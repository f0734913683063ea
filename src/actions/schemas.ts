import { z } from 'zod';
import {
  encode,
  isMoney,
  limits,
  moneyDecimal,
  type Money,
  type Value,
  type Values,
} from '../core/index.ts';

/**
 * Shapes of what a flow may hand to an action. Flows are data and slots hold what people typed, so
 * nothing reaches the wallet that was not read by one of these.
 */
export const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
export const word = z.string().min(1).max(64);
export const line = z.string().trim().min(1).max(limits.fieldLengthMax);
export const story = z.string().trim().min(1).max(limits.textLengthMax);
export const instant = z.int().min(0);
export const count = z.int().min(1).max(50);

/** Minor units that fit a signed 64-bit integer, which is what ledgers store. */
export const money: z.ZodType<Money> = z.strictObject({
  minor: z
    .bigint()
    .min(-(2n ** 63n))
    .max(2n ** 63n - 1n),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** Ticket details arrive as slots of any kind; a ticket keeps them as text. */
export const details = z
  .custom<Values>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .transform(detailsText)
  .pipe(
    z
      .record(word, z.string().max(limits.textLengthMax))
      .refine((fields) => Object.keys(fields).length <= 2 * limits.formFieldsMax),
  );

function detailsText(values: Values): { readonly [name: string]: string } {
  const filled = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(filled.map(([name, value]) => [name, plainText(value)]));
}

function plainText(value: Value): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(isFile)) return value.map(fileLine).join('\n');
  if (isMoney(value)) return `${moneyDecimal(value)} ${value.currency}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('atMs' in value && typeof value.atMs === 'number' && !('id' in value)) {
    return new Date(value.atMs).toISOString();
  }
  return encode(value);
}

/** Files as a flow holds them, as lines; a flow that asked for none hands an empty list or nothing. */
export const evidence = z
  .custom<readonly NamedFile[]>((value) => Array.isArray(value) && value.every(isFile))
  .transform((files) => files.map(fileLine).join('\n'));

/** The wallet takes one text: what was told, then what was sent. Where both are too long for it the story is cut, never a file's number. */
export function withEvidence(told = '', sent = ''): string | undefined {
  if (told === '' || sent === '') return told || sent || undefined;
  const room = Math.max(0, limits.textLengthMax - sent.length - 2);
  return `${cut(told, room)}\n\n${sent}`;
}

/** Not amid a sign that takes two units. */
function cut(text: string, length: number): string {
  const short = text.slice(0, length);
  return short.isWellFormed() ? short : short.slice(0, -1);
}

interface NamedFile {
  readonly id: string;
  readonly name: string;
}

function isFile(value: unknown): value is NamedFile {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, bytes }: Readonly<Record<string, unknown>> = { ...value };
  return typeof id === 'string' && typeof name === 'string' && typeof bytes === 'number';
}

/** The file itself stays with us; the number finds it on the desk. */
function fileLine({ id, name }: NamedFile): string {
  return `${name} (${id})`;
}
