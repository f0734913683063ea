import type { Storage } from './ports.ts';
import type { FileRef } from './wire.ts';

/** A message that the service has not acknowledged. `cid` is made once and stays through every retry. */
export interface Outgoing {
  readonly cid: string;
  /** Undefined while no session has told it. */
  readonly conv?: string;
  readonly atMs: number;
  readonly text: string;
  readonly choice?: { readonly id: string; readonly value: string };
  readonly form?: { readonly id: string; readonly fields: Readonly<Record<string, string>> };
  /** Uploaded already. */
  readonly files?: readonly FileRef[];
  /** Not a message but how the help was: goes the same way, is no line of the conversation. */
  readonly rate?: { readonly score: number; readonly comment?: string };
}

/** More unsent messages than this and the composer says so instead of piling up. */
export const outboxLengthMax = 100;

/**
 * Unacknowledged messages, oldest first, kept in storage until `remove`. Every message has a key of its
 * own, so that two tabs never overwrite each other's; both may send the same one, its cid makes that one.
 */
export interface Outbox {
  items(): readonly Outgoing[];
  /** False when there are `outboxLengthMax` already. */
  add(message: Outgoing): boolean;
  remove(cid: string): void;
  /** Binds what waited without a conversation, and with `carry` what waited for another one; drops the rest. */
  bind(conv: string, carry: boolean): void;
  clear(): void;
}

export function createOutbox(storage: Storage, prefix: string): Outbox {
  const keyOf = (message: Outgoing) =>
    `${prefix}${message.atMs.toString().padStart(15, '0')}.${message.cid}`;
  let held = read(storage, prefix);

  const write = (message: Outgoing) => storage.set(keyOf(message), JSON.stringify(message));
  return {
    items: () => held,
    add(message) {
      if (held.length >= outboxLengthMax) return false;
      const lastAtMs = held.at(-1)?.atMs ?? 0;
      // Two messages in one millisecond keep their order.
      const ordered = { ...message, atMs: Math.max(message.atMs, lastAtMs + 1) };
      held = [...held, ordered];
      write(ordered);
      return true;
    },
    remove(cid) {
      for (const message of held) if (message.cid === cid) storage.remove(keyOf(message));
      held = held.filter((message) => message.cid !== cid);
    },
    bind(conv, carry) {
      for (const message of held) {
        if (message.conv === conv) continue;
        if (message.conv === undefined || carry) write({ ...message, conv });
        else storage.remove(keyOf(message));
      }
      held = held
        .filter((message) => message.conv === undefined || message.conv === conv || carry)
        .map((message) => ({ ...message, conv }));
    },
    clear() {
      for (const message of held) storage.remove(keyOf(message));
      held = [];
    },
  };
}

function read(storage: Storage, prefix: string): readonly Outgoing[] {
  const found: Outgoing[] = [];
  for (const key of storage.keys()) {
    if (!key.startsWith(prefix)) continue;
    const message = parse(storage.get(key));
    if (message) found.push(message);
    else storage.remove(key);
  }
  return found.sort((a, b) => a.atMs - b.atMs).slice(0, outboxLengthMax);
}

function parse(text: string | undefined): Outgoing | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('cid' in value && 'text' in value && 'atMs' in value)) return undefined;
    const { cid, text: words, atMs } = value;
    const fits = typeof cid === 'string' && typeof words === 'string' && typeof atMs === 'number';
    return fits ? (value as Outgoing) : undefined;
  } catch {
    return undefined;
  }
}
