import { create } from 'zustand';
import { api, asApiError } from './api.ts';
import type { ApiError } from './api.ts';
import type { Mode } from './drafts.ts';
import type { DeskClientFrame, DeskEvent, DeskHead, DeskServerFrame, FileRef } from './protocol.ts';

/** A reply or note on its way; kept with its id until the log has it. */
export interface Outgoing {
  readonly cid: string;
  readonly mode: Mode;
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly whisper: boolean;
  readonly atMs: number;
  /** `held`: can still be taken back, until `untilMs`. */
  readonly state: 'held' | 'sending' | 'failed';
  readonly untilMs: number;
  /** Why it was not sent, in words. */
  readonly reason: string;
  /** The same words were refused for what they say: to send them again is no use. */
  readonly refused: boolean;
}

type Viewers = Extract<DeskServerFrame, { t: 'viewers' }>['viewers'];

/** One conversation as this page holds it: a gapless stretch of the log from `from` to `head.version`. */
export interface Thread {
  readonly conv: string;
  readonly head: DeskHead | null;
  readonly events: readonly DeskEvent[];
  readonly from: number;
  readonly loading: 'none' | 'first' | 'earlier';
  readonly error: ApiError | null;
  readonly typing: boolean;
  /** The customer has seen everything up to this number; 0 as long as nothing is known. */
  readonly readSeq: number;
  readonly viewers: Viewers;
  readonly outgoing: readonly Outgoing[];
}

interface Threads {
  readonly threads: { readonly [conv: string]: Thread };
  readonly watched: string | null;
}

export const useThreads = create<Threads>()(() => ({ threads: {}, watched: null }));

/** Conversations kept in memory, so that going back to one is instant. */
const threadsMax = 30;
const typingMs = 6000;

let sendFrame: (frame: DeskClientFrame) => void = () => undefined;
let typingTimer: number | undefined;

export function threadsSpeakBy(send: (frame: DeskClientFrame) => void): void {
  sendFrame = send;
}

export function changeThread(conv: string, with_: (thread: Thread) => Partial<Thread>): void {
  useThreads.setState(({ threads }) => {
    const thread = threads[conv];
    return thread ? { threads: { ...threads, [conv]: { ...thread, ...with_(thread) } } } : {};
  });
}

function fresh(conv: string): Thread {
  return {
    conv,
    head: null,
    events: [],
    from: 1,
    loading: 'first',
    error: null,
    typing: false,
    readSeq: 0,
    viewers: [],
    outgoing: [],
  };
}

/** Shows a conversation: at once if it is held, and in either case watched from what is held on. */
export function openThread(conv: string): void {
  const held = useThreads.getState().threads[conv];
  useThreads.setState(({ threads }) => {
    const { [conv]: thread = fresh(conv), ...others } = threads;
    const all = Object.entries(others);
    const kept = all.filter(([, { outgoing }], index) => {
      // The oldest go, but never words that are still to be sent.
      return index > all.length - threadsMax || outgoing.length > 0;
    });
    return { watched: conv, threads: { ...Object.fromEntries(kept), [conv]: thread } };
  });
  if (held?.head) watchAgain();
  else void loadFirst(conv);
}

export function closeThread(conv: string): void {
  useThreads.setState({ watched: null });
  changeThread(conv, () => ({ viewers: [], typing: false }));
  sendFrame({ t: 'unwatch' });
}

export function forgetThreads(): void {
  useThreads.setState({ threads: {}, watched: null });
}

/** To be called whenever the link has come up. Nobody looks at what is out of sight. */
export function watchAgain(): void {
  const { threads, watched } = useThreads.getState();
  const version = watched === null ? undefined : threads[watched]?.head?.version;
  if (watched !== null && version !== undefined && !isAway) {
    sendFrame({ t: 'watch', conv: watched, after: version });
  }
}

/** How long the page may be out of sight before the agent no longer counts as looking. */
const glanceMs = 20_000;
let isAway = false;

/**
 * While the page is out of sight its conversation is not watched: what comes meanwhile has not been seen, and the
 * customer is not told so. Returns its end.
 */
export function watchInSight(): () => void {
  let timer: number | undefined;
  function changed(): void {
    clearTimeout(timer);
    if (document.hidden) {
      timer = window.setTimeout(() => {
        isAway = true;
        sendFrame({ t: 'unwatch' });
      }, glanceMs);
    } else if (isAway) {
      isAway = false;
      watchAgain();
    }
  }
  document.addEventListener('visibilitychange', changed);
  return () => {
    clearTimeout(timer);
    isAway = false;
    document.removeEventListener('visibilitychange', changed);
  };
}

export async function loadFirst(conv: string): Promise<void> {
  changeThread(conv, () => ({ loading: 'first', error: null }));
  try {
    const { conv: _same, events, from, readSeq = 0, ...head } = await api.conversation(conv);
    changeThread(conv, (thread) => ({
      head,
      from,
      events: merged(events, thread.events),
      readSeq: Math.max(readSeq, thread.readSeq),
      loading: 'none',
    }));
    if (useThreads.getState().watched === conv) watchAgain();
  } catch (error) {
    changeThread(conv, () => ({ loading: 'none', error: asApiError(error) }));
  }
}

export async function loadEarlier(conv: string): Promise<void> {
  const thread = useThreads.getState().threads[conv];
  if (!thread?.head || thread.from <= 1 || thread.loading !== 'none') return;
  changeThread(conv, () => ({ loading: 'earlier' }));
  try {
    const page = await api.conversation(conv, thread.from);
    changeThread(conv, ({ events }) => ({
      from: page.from,
      events: merged(page.events, events),
      loading: 'none',
    }));
  } catch {
    changeThread(conv, () => ({ loading: 'none' }));
  }
}

/** Both in one, by position and each once; arrivals almost always simply go behind. */
export function merged(
  held: readonly DeskEvent[],
  added: readonly DeskEvent[],
): readonly DeskEvent[] {
  const last = held.at(-1)?.pos ?? 0;
  const first = added[0]?.pos;
  if (first === undefined) return held;
  if (first > last) return [...held, ...added];
  const all = new Map([...held, ...added].map((event) => [event.pos, event]));
  return [...all.values()].sort((a, b) => a.pos - b.pos);
}

export function heardFrame(frame: DeskServerFrame): void {
  if (frame.t === 'viewers') {
    changeThread(frame.conv, () => ({ viewers: frame.viewers }));
    return;
  }
  if (frame.t === 'read') {
    changeThread(frame.conv, ({ readSeq }) => ({ readSeq: Math.max(readSeq, frame.seq) }));
    return;
  }
  if (frame.t === 'typing') {
    // Colleagues who type are among the viewers.
    if (frame.who === 'agent') return;
    changeThread(frame.conv, () => ({ typing: frame.on }));
    clearTimeout(typingTimer);
    // The end of typing may get lost: nobody types for ever.
    typingTimer = window.setTimeout(
      () => changeThread(frame.conv, () => ({ typing: false })),
      typingMs,
    );
    return;
  }
  if (frame.t !== 'events') return;
  const { t: _t, conv, events, ...head } = frame;
  // The answer to `watch` most often brings nothing: then nothing is drawn anew.
  const held = useThreads.getState().threads[conv]?.head;
  if (events.length === 0 && JSON.stringify(held) === JSON.stringify(head)) return;
  changeThread(conv, (thread) => ({
    head,
    events: merged(thread.events, events),
    typing: thread.typing && !events.some(({ type }) => type === 'customer'),
    outgoing: unsent(thread.outgoing, events),
  }));
}

/** Position of the customer's last message that the page has. */
export function heardPosOf({ events }: Pick<Thread, 'events'>): number {
  return events.findLast(({ type }) => type === 'customer')?.pos ?? 0;
}

export function unsent(outgoing: readonly Outgoing[], events: readonly DeskEvent[]) {
  if (outgoing.length === 0) return outgoing;
  const said = new Set(events.map((event) => ('cid' in event ? event.cid : '')));
  return outgoing.filter(({ cid }) => !said.has(cid));
}

let typingSentMs = 0;

/** Tells the customer and colleagues that someone writes; at most once in two seconds. */
export function tellTyping(conv: string, on: boolean): void {
  const now = Date.now();
  if (on && now - typingSentMs < 2000) return;
  if (!on && typingSentMs === 0) return;
  typingSentMs = on ? now : 0;
  sendFrame({ t: 'typing', conv, on });
}
