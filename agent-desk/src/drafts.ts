import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Mode = 'reply' | 'note';

interface Draft {
  readonly mode: Mode;
  readonly reply: string;
  readonly note: string;
}

const empty: Draft = { mode: 'reply', reply: '', note: '' };
/** Drafts beyond these are the oldest and go. */
const draftsMax = 200;

/** What was begun and not sent, by conversation; survives a reload, goes when the agent signs out. */
export const useDrafts = create<{ readonly drafts: { readonly [conv: string]: Draft } }>()(
  persist(() => ({ drafts: {} }), { name: 'kefu.desk.drafts', version: 1 }),
);

export function draftOf(drafts: { readonly [conv: string]: Draft }, conv: string): Draft {
  return drafts[conv] ?? empty;
}

export function setDraft(conv: string, change: Partial<Draft>): void {
  useDrafts.setState(({ drafts }) => {
    const { [conv]: former = empty, ...others } = drafts;
    const next = { ...former, ...change };
    if (next.reply === '' && next.note === '' && next.mode === 'reply') return { drafts: others };
    const kept = Object.entries(others).slice(-(draftsMax - 1));
    return { drafts: { ...Object.fromEntries(kept), [conv]: next } };
  });
}

export function dropDrafts(): void {
  useDrafts.setState({ drafts: {} });
}
