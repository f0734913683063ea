import { createHash } from 'node:crypto';
import { plainText, type Block, type ChoiceOption } from '../../core/index.ts';
import type { Facts, PieceChoices, TextPiece } from './driver.ts';
import { lengthOf, split } from './split.ts';

/** Words of ours around the blocks, in the conversation's language. */
export interface ComposeWords {
  /** Below a numbered list. */
  readonly numbered: string;
  /** Instead of a field for a code: where to enter it. */
  readonly codeLink: string;
  /** Below a request to sign in; undefined when this message is none. */
  readonly signInLink?: string;
}

export interface ChoiceSet {
  readonly id: string;
  readonly options: readonly ChoiceOption[];
}

interface Draft {
  text: string;
  readonly pieces: TextPiece[];
}

/**
 * A message drawn down to what a platform can show: text in parts that fit, and choices as its buttons or its list, else
 * as a numbered list. Nothing is left out: a label that is too long for a button makes the whole set a list.
 */
export function compose(
  blocks: readonly Block[],
  facts: Facts,
  words: ComposeWords,
): readonly TextPiece[] {
  const draft: Draft = { text: '', pieces: [] };
  for (const block of blocks) {
    if (block.type === 'choices') addChoices(draft, block, facts, words);
    else add(draft, wordsOf(block, words));
    if (block.type === 'file_request' && block.skip !== undefined) {
      const options = [{ value: '_skip', label: block.skip }];
      addChoices(draft, { id: block.id, options }, facts, words);
    }
  }
  flush(draft, facts);
  return draft.pieces;
}

function wordsOf(block: Block, words: ComposeWords): string {
  if (block.type === 'form') {
    if (block.secret) return words.codeLink;
    return block.fields
      .map(({ label, hint }) => (hint === undefined ? label : `${label} (${hint})`))
      .join('\n');
  }
  if (block.type === 'file_request') return block.hint;
  return plainText(block);
}

function add(draft: Draft, text: string): void {
  draft.text = draft.text === '' ? text : `${draft.text}\n\n${text}`;
}

function flush(draft: Draft, facts: Facts): void {
  for (const text of split(draft.text, facts.text)) draft.pieces.push({ kind: 'text', text });
  draft.text = '';
}

function addChoices(
  draft: Draft,
  { id, options }: { readonly id: string; readonly options: readonly ChoiceOption[] },
  facts: Facts,
  words: ComposeWords,
): void {
  if (words.signInLink !== undefined) add(draft, words.signInLink);
  const style = styleFor(options, facts);
  if (style === undefined) {
    const lines = options.map((option, index) => `${index + 1}) ${withDetail(option)}`);
    // Behind each other, not in a part of their own: the question and its answers belong together.
    add(draft, [...lines, words.numbered].join('\n'));
    flush(draft, facts);
    return;
  }
  if (style === 'buttons' && options.some(({ detail }) => detail !== undefined)) {
    add(draft, options.map((option) => `• ${withDetail(option)}`).join('\n'));
  }
  attach(draft, facts, {
    style,
    options: options.map(({ label, detail }, index) => ({
      data: choiceData(id, index),
      label,
      ...(detail !== undefined && { detail }),
    })),
  });
}

/** The choices stand below the last part, which has to be short enough for that. */
function attach(draft: Draft, facts: Facts, choices: PieceChoices): void {
  const parts = [...split(draft.text, facts.text)];
  const { choiceTextMax: max = facts.text.max } = facts;
  const last = parts.pop() ?? '…';
  parts.push(...split(last, { ...facts.text, max }));
  draft.text = '';
  parts.forEach((text, index) => {
    const isLast = index === parts.length - 1;
    draft.pieces.push({ kind: 'text', text, ...(isLast && { choices }) });
  });
}

function styleFor(
  options: readonly ChoiceOption[],
  { buttons, list, text: { unit } }: Facts,
): PieceChoices['style'] | undefined {
  const fits = (room: Facts['buttons']) =>
    room !== undefined &&
    options.length <= room.max &&
    options.every(({ label }) => label.trim() !== '' && lengthOf(label, unit) <= room.labelMax);
  const isDistinct = new Set(options.map(({ label }) => label)).size === options.length;
  if (fits(buttons) && (isDistinct || buttons?.isDistinct !== true)) return 'buttons';
  const isShort = options.every(
    ({ detail = '' }) => lengthOf(detail, unit) <= (list?.detailMax ?? 0),
  );
  return fits(list) && isShort ? 'list' : undefined;
}

function withDetail({ label, detail }: ChoiceOption): string {
  return detail === undefined ? label : `${label} (${detail})`;
}

/** What a button says of itself, short enough for every platform: which set of choices, and which of it. */
export function choiceData(id: string, index: number): string {
  return `c:${setKey(id)}:${index}`;
}

/** The set and the place that a button's data names; undefined for what we did not make. */
export function parseChoiceData(
  data: string,
): { readonly set: string; readonly index: number } | undefined {
  const match = /^c:([\w-]{11}):(\d{1,2})$/.exec(data);
  return match ? { set: match[1] ?? '', index: Number(match[2]) } : undefined;
}

/** 64 bits of the id's digest. */
export function setKey(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 11);
}

/** Sets of choices in a message, also the one that skips a file. */
export function choicesIn(blocks: readonly Block[]): readonly ChoiceSet[] {
  return blocks.flatMap((block): readonly ChoiceSet[] => {
    if (block.type === 'choices') return [block];
    if (block.type !== 'file_request' || block.skip === undefined) return [];
    return [{ id: block.id, options: [{ value: '_skip', label: block.skip }] }];
  });
}
