import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import { setDraft, useDrafts, draftOf } from './drafts.ts';
import type { FileRef } from './protocol.ts';
import { useSettings } from './settings.ts';
import { changeThread, heardPosOf, merged, unsent, useThreads } from './threads.ts';
import type { Outgoing } from './threads.ts';
import { toast } from './ui.ts';

/**
 * What agents write, from the key press to the log. Modes of an entry: held (a reply within its undo window), sending,
 * failed; it is gone when the log has it. Entries of one conversation go one after the other, each under one id for all
 * its tries, so that it is said once however often it is sent.
 */
const timers = new Map<string, number>();
const lanes = new Map<string, Promise<void>>();

export function sendReply(conv: string, text: string, files: readonly FileRef[]): void {
  const holdMs = useSettings.getState().undoSeconds * 1000;
  const entry = add(conv, { mode: 'reply', text, files, whisper: false, holdMs });
  if (holdMs === 0) void deliver(conv, entry);
  else
    timers.set(
      entry.cid,
      window.setTimeout(() => void release(conv, entry.cid), holdMs),
    );
}

export function sendNote(conv: string, text: string, whisper = false): Promise<void> {
  return deliver(conv, add(conv, { mode: 'note', text, files: [], whisper, holdMs: 0 }));
}

type Words = Pick<Outgoing, 'mode' | 'text' | 'files' | 'whisper'>;

function add(conv: string, { holdMs, ...words }: Words & { readonly holdMs: number }): Outgoing {
  const atMs = Date.now();
  const entry: Outgoing = {
    ...words,
    cid: crypto.randomUUID(),
    atMs,
    state: holdMs > 0 ? 'held' : 'sending',
    untilMs: atMs + holdMs,
    reason: '',
    refused: false,
  };
  changeThread(conv, ({ outgoing }) => ({ outgoing: [...outgoing, entry] }));
  return entry;
}

function entryOf(conv: string, cid: string): Outgoing | undefined {
  return useThreads.getState().threads[conv]?.outgoing.find((each) => each.cid === cid);
}

function release(conv: string, cid: string, options?: { keepalive: boolean }): Promise<void> {
  clearTimeout(timers.get(cid));
  timers.delete(cid);
  const entry = entryOf(conv, cid);
  return entry?.state === 'held' ? deliver(conv, entry, options) : Promise.resolve();
}

/** Takes the latest held reply back into the field. False when there is none. */
export function undoReply(conv: string): boolean {
  const entry = useThreads
    .getState()
    .threads[conv]?.outgoing.findLast(({ state }) => state === 'held');
  if (!entry) return false;
  clearTimeout(timers.get(entry.cid));
  timers.delete(entry.cid);
  takeBack(conv, entry);
  return true;
}

/** Out of the way and into the field again, before what has been begun since. */
export function takeBack(conv: string, entry: Outgoing): void {
  discard(conv, entry.cid);
  const draft = draftOf(useDrafts.getState().drafts, conv);
  const begun = draft[entry.mode];
  const thread = useThreads.getState().threads[conv];
  setDraft(conv, {
    mode: entry.mode,
    [entry.mode]: begun === '' ? entry.text : `${entry.text}\n${begun}`,
    ...(entry.mode === 'reply' && { files: [...entry.files, ...draft.files] }),
    heardPos: thread ? heardPosOf(thread) : 0,
  });
}

/** Sends what is held now: whatever comes after it must come after it in the log too. */
export async function flushReplies(conv: string): Promise<void> {
  const held = useThreads.getState().threads[conv]?.outgoing ?? [];
  await Promise.all(
    held.filter(({ state }) => state === 'held').map(({ cid }) => release(conv, cid)),
  );
  await lanes.get(conv);
}

/** Whoever pressed send meant it: a page that is left sends what it holds. */
export function flushOnLeave(): () => void {
  const leave = () => {
    for (const { conv, outgoing } of Object.values(useThreads.getState().threads)) {
      for (const { cid, state } of outgoing) {
        if (state === 'held') void release(conv, cid, { keepalive: true });
      }
    }
  };
  window.addEventListener('pagehide', leave);
  return () => window.removeEventListener('pagehide', leave);
}

/** The same id again: if it had arrived after all, it is not said twice. */
export function retrySend(conv: string, entry: Outgoing): void {
  void deliver(conv, entry);
}

export function discard(conv: string, cid: string): void {
  changeThread(conv, ({ outgoing }) => ({ outgoing: outgoing.filter((each) => each.cid !== cid) }));
}

function mark(conv: string, cid: string, change: Partial<Outgoing>): void {
  changeThread(conv, ({ outgoing }) => ({
    outgoing: outgoing.map((each) => (each.cid === cid ? { ...each, ...change } : each)),
  }));
}

function deliver(conv: string, entry: Outgoing, options?: { keepalive: boolean }): Promise<void> {
  mark(conv, entry.cid, { state: 'sending', reason: '' });
  // A page that is being left has no time to wait for its turn.
  const turn = options?.keepalive === true ? undefined : lanes.get(conv);
  const lane = (turn ?? Promise.resolve()).then(() => post(conv, entry, options));
  lanes.set(conv, lane);
  return lane;
}

async function post(
  conv: string,
  { cid, mode, text, files, whisper }: Outgoing,
  options?: { keepalive: boolean },
): Promise<void> {
  try {
    const { events } = await api.command(
      conv,
      mode === 'reply'
        ? { type: 'say', cid, text, ...(files.length > 0 && { files: files.map(({ id }) => id) }) }
        : { type: 'note', cid, text, ...(whisper && { whisper }) },
      options,
    );
    // The head stays: positions in between may still be on their way by the socket.
    changeThread(conv, (thread) => ({
      events: merged(thread.events, events),
      outgoing: unsent(thread.outgoing, events),
    }));
  } catch (error) {
    const failure = asApiError(error);
    const reason = errorText(failure);
    mark(conv, cid, { state: 'failed', reason, refused: failure.code === 'words_refused' });
    // Beside the words themselves it is told anyway, to whoever looks at them.
    if (useThreads.getState().watched !== conv) toast('bad', reason);
  }
}
