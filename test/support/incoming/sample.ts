import type { ItemContent } from '../../../src/channels/platforms/driver.ts';

/** What a platform sends, in the form of its own documentation, and what it is to us; nothing: it asks for no answer. */
export interface Sample {
  readonly what: string;
  readonly body: unknown;
  readonly is: readonly ItemContent[];
}

export const unreadable = [{ kind: 'unreadable' }] as const;
export const nothing = [] as const;
export const text = (words: string) => [{ kind: 'text', text: words }] as const;
export const file = (id: string, name: string, caption = '', bytes?: number) =>
  [{ kind: 'file', file: { id, name, ...(bytes !== undefined && { bytes }) }, caption }] as const;
