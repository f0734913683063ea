import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { FileRef } from './protocol.ts';

export type Mode = 'reply' | 'note';

export interface Draft {
  readonly mode: Mode;
  readonly reply: string;
  readonly note: string;
  /** Uploaded, to go with the reply. */
  readonly files: readonly FileRef[];
  /** The customer's last message that was on the screen when the reply was last changed. */
  readonly heardPos: number;
}

const empty: Draft = { mode: 'reply', reply: '', note: '', files: [], heardPos: 0 };
/** Drafts beyond these are the oldest and go. */
const draftsMax = 200;

/** What was begun and not sent, by conversation; survives a reload, goes when the agent signs out. */
export const useDrafts = create<{ readonly drafts: { readonly [conv: string]: Draft } }>()(
  persist(() => ({ drafts: {} }), { name: 'kefu.desk.drafts', version: 2 }),
);

export function draftOf(drafts: { readonly [conv: string]: Draft }, conv: string): Draft {
  return drafts[conv] ?? empty;
}

export function setDraft(conv: string, change: Partial<Draft>): void {
  useDrafts.setState(({ drafts }) => {
    const { [conv]: former = empty, ...others } = drafts;
    const next = { ...former, ...change };
    if (isEmpty(next)) return { drafts: others };
    const kept = Object.entries(others).slice(-(draftsMax - 1));
    return { drafts: { ...Object.fromEntries(kept), [conv]: next } };
  });
}

function isEmpty({ mode, reply, note, files }: Draft): boolean {
  return reply === '' && note === '' && files.length === 0 && mode === 'reply';
}

export function dropDrafts(): void {
  useDrafts.setState({ drafts: {} });
}
