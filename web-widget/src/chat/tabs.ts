import type { Link, LinkEvents } from './link.ts';
import type { Clock, Tabs } from './ports.ts';
import type { Place } from './state.ts';
import type { Transcript } from './transcript.ts';
import type { ClientFrame, ServerFrame } from './wire.ts';

/** What one tab tells the others of the same conversation. `out` goes to the tab that holds the connection, all else comes from it. */
type TabMessage =
  | { readonly kind: 'out'; readonly tab: string; readonly frame: ClientFrame }
  | { readonly kind: 'ask'; readonly tab: string }
  | { readonly kind: 'here'; readonly to: string }
  | { readonly kind: 'in'; readonly to?: string; readonly frame: ServerFrame }
  | { readonly kind: 'down' };

/** A leader that says nothing for this long (its tab is frozen) is replaced. */
const answerWithinMs = 4_000;
const askEveryMs = 15_000;
const openWithinMs = 10_000;
/** Of a tab that joins: as much as the service itself would catch up with. */
const catchUpMax = 500;

export interface TabPorts {
  readonly tabs: Tabs;
  readonly clock: Clock;
  readonly newId: () => string;
  /** What this tab holds of the conversation, for the ones that join. */
  readonly held: () => {
    readonly conv: string;
    readonly transcript: Transcript;
    readonly place: Place | undefined;
  };
  /** This tab is to connect anew: it has become the one with the socket, or no longer is, or there is one again. */
  readonly reconnect: () => void;
}

/**
 * Ten tabs of one conversation hold one connection. The tab with the lock leads: it has the real link, tells all others
 * each frame that comes, and sends theirs. To a follower the leader is the service: `hello` is answered by
 * its `welcome`, `sub` from what it holds, so that numbers, gaps, resume and idempotent ids work
 * as they do on the wire and nothing new can go wrong. When the leader's tab is closed the browser gives the lock to the next.
 *
 * Modes: following ⇄ leading.
 */
export interface TabLine {
  /** For whose conversation; another one means another lock and another line. */
  join(conv: string): void;
  open(real: (events: LinkEvents) => Promise<Link>, events: LinkEvents): Promise<Link>;
  leave(): void;
}

export function createTabLine(ports: TabPorts): TabLine {
  const { clock, tabs } = ports;
  const me = ports.newId();
  let joined = '';
  let leading = false;
  let lead: { readonly link: Link | undefined; readonly welcome: ServerFrame | undefined } = {
    link: undefined,
    welcome: undefined,
  };
  let following: LinkEvents | undefined;
  /** Another tab has been heard: until then only what a new leader says first is said at all. */
  let inCompany = false;
  let post = (_message: TabMessage) => {};
  let hangUp = () => {};
  let release = () => {};
  let callOffAnswer = () => {};
  let callOffAsk = () => {};
  let callOffOpening = () => {};

  function claim(steal: boolean) {
    release();
    const conv = joined;
    const calls = {
      held() {
        if (conv !== joined || leading) return;
        leading = true;
        ports.reconnect();
      },
      lost() {
        if (conv !== joined) return;
        leading = false;
        claim(false);
        ports.reconnect();
      },
    };
    release = tabs.lock(`kefu.${conv}`, calls, steal);
  }
  function ask() {
    post({ kind: 'ask', tab: me });
    callOffAnswer();
    callOffAnswer = clock.after(answerWithinMs, () => claim(true));
  }
  function keepAsking() {
    callOffAsk = clock.after(askEveryMs, () => {
      ask();
      keepAsking();
    });
  }
  function unfollow() {
    following = undefined;
    for (const callOff of [callOffAnswer, callOffAsk, callOffOpening]) callOff();
  }
  function endFollowing() {
    const events = following;
    unfollow();
    events?.closed({ opened: true, code: 1006 });
  }

  function hear(message: TabMessage) {
    inCompany = true;
    if (leading) return serve(message);
    if (message.kind === 'out' || message.kind === 'ask') return;
    if ('to' in message && message.to !== me) return;
    callOffAnswer();
    if (message.kind === 'down') return endFollowing();
    if (message.kind !== 'in') return;
    if (message.frame.t === 'welcome') {
      callOffOpening();
      if (!following) return ports.reconnect();
    }
    following?.frame(message.frame);
  }
  function serve(message: TabMessage) {
    if (message.kind === 'ask') return post({ kind: 'here', to: message.tab });
    if (message.kind !== 'out') return;
    const { tab, frame } = message;
    if (frame.t === 'hello') {
      if (lead.welcome) post({ kind: 'in', to: tab, frame: lead.welcome });
    } else if (frame.t === 'sub') catchUp(tab, frame.after, frame.epoch);
    else lead.link?.send(frame);
  }
  function catchUp(to: string, after: number, epoch: string) {
    const { conv, transcript, place } = ports.held();
    const { from, last, events } = transcript;
    const known = epoch === '' || epoch === transcript.epoch;
    const frame: ServerFrame =
      known && after + 1 >= from && after <= last
        ? { t: 'events', conv, events: events.filter(({ seq }) => seq > after) }
        : { t: 'reset', conv, epoch: transcript.epoch, from, events: events.slice(-catchUpMax) };
    if (frame.events.length > 0) post({ kind: 'in', to, frame });
    if (place) post({ kind: 'in', to, frame: { t: 'place', conv, ...place } });
  }

  async function openLeading(
    real: (events: LinkEvents) => Promise<Link>,
    events: LinkEvents,
  ): Promise<Link> {
    const down = () => {
      lead = { link: undefined, welcome: undefined };
      post({ kind: 'down' });
    };
    const link = await real({
      frame(frame) {
        if (frame.t === 'welcome') lead = { ...lead, welcome: frame };
        // First this tab, so that a follower that asks at once is told of it.
        events.frame(frame);
        if (frame.t === 'welcome' || (inCompany && frame.t !== 'error')) {
          post({ kind: 'in', frame });
        }
      },
      closed(end) {
        down();
        events.closed(end);
      },
    });
    lead = { ...lead, link };
    const close = () => {
      if (lead.link === link) down();
      link.close();
    };
    return { ...link, close };
  }
  function openFollowing(events: LinkEvents): Link {
    unfollow();
    following = events;
    ask();
    keepAsking();
    callOffOpening = clock.after(openWithinMs, endFollowing);
    return {
      send: (frame) => post({ kind: 'out', tab: me, frame }),
      probe: ask,
      close() {
        if (following === events) unfollow();
      },
    };
  }
  function leave() {
    unfollow();
    joined = '';
    leading = false;
    inCompany = false;
    release();
    hangUp();
    release = () => {};
    hangUp = () => {};
    post = () => {};
  }

  return {
    join(conv) {
      if (conv === joined) return;
      leave();
      joined = conv;
      const line = tabs.channel(`kefu.${conv}`, (message) => {
        if (isTabMessage(message)) hear(message);
      });
      post = line.post;
      hangUp = line.close;
      claim(false);
    },
    open: (real, events) =>
      leading ? openLeading(real, events) : Promise.resolve(openFollowing(events)),
    leave,
  };
}

function isTabMessage(message: unknown): message is TabMessage {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
