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
  const { tabs } = ports;
  const line = { me: ports.newId(), post: (_message: TabMessage) => {} };
  const leader = createLeader(ports, line);
  const follower = createFollower(ports, line, () => claim(true));
  let joined = '';
  let leading = false;
  let hangUp = () => {};
  let release = () => {};

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
  function leave() {
    follower.stop();
    leader.stop();
    joined = '';
    leading = false;
    release();
    hangUp();
    release = () => {};
    hangUp = () => {};
    line.post = () => {};
  }

  return {
    join(conv) {
      if (conv === joined) return;
      leave();
      joined = conv;
      const channel = tabs.channel(`kefu.${conv}`, (message) => {
        if (!isTabMessage(message)) return;
        leader.noticed();
        (leading ? leader : follower).hear(message);
      });
      line.post = channel.post;
      hangUp = channel.close;
      claim(false);
    },
    open: (real, events) =>
      leading ? leader.open(real, events) : Promise.resolve(follower.open(events)),
    leave,
  };
}

/** This tab, and how it reaches the others. */
interface Line {
  readonly me: string;
  readonly post: (message: TabMessage) => void;
}

/** The tab with the real link, as the others' service. */
function createLeader({ held }: Pick<TabPorts, 'held'>, line: Line) {
  let link: Link | undefined;
  let welcome: ServerFrame | undefined;
  /** Another tab has been heard: until then only what a new leader says first is said at all. */
  let inCompany = false;

  function down() {
    link = undefined;
    welcome = undefined;
    line.post({ kind: 'down' });
  }
  function catchUp(to: string, after: number, epoch: string) {
    const { conv, transcript, place } = held();
    const { from, last, events } = transcript;
    const known = epoch === '' || epoch === transcript.epoch;
    const frame: ServerFrame =
      known && after + 1 >= from && after <= last
        ? { t: 'events', conv, events: events.filter(({ seq }) => seq > after) }
        : { t: 'reset', conv, epoch: transcript.epoch, from, events: events.slice(-catchUpMax) };
    if (frame.events.length > 0) line.post({ kind: 'in', to, frame });
    if (place) line.post({ kind: 'in', to, frame: { t: 'place', conv, ...place } });
  }
  function told(frame: ServerFrame) {
    if (frame.t !== 'welcome' && (!inCompany || frame.t === 'error')) return;
    line.post({ kind: 'in', frame });
  }

  return {
    noticed() {
      inCompany = true;
    },
    stop() {
      inCompany = false;
    },
    hear(message: TabMessage) {
      if (message.kind === 'ask') return line.post({ kind: 'here', to: message.tab });
      if (message.kind !== 'out') return;
      const { tab, frame } = message;
      if (frame.t === 'hello') {
        if (welcome) line.post({ kind: 'in', to: tab, frame: welcome });
      } else if (frame.t === 'sub') catchUp(tab, frame.after, frame.epoch);
      else link?.send(frame);
    },
    async open(real: (events: LinkEvents) => Promise<Link>, events: LinkEvents): Promise<Link> {
      const mine = await real({
        frame(frame) {
          if (frame.t === 'welcome') welcome = frame;
          // First this tab, so that a follower that asks at once is told of it.
          events.frame(frame);
          told(frame);
        },
        closed(end) {
          down();
          events.closed(end);
        },
      });
      link = mine;
      const close = () => {
        if (link === mine) down();
        mine.close();
      };
      return { ...mine, close };
    },
  };
}

/** A tab whose service is the leader; `replace` takes the lead from one that has fallen silent. */
function createFollower(
  { clock, reconnect }: Pick<TabPorts, 'clock' | 'reconnect'>,
  line: Line,
  replace: () => void,
) {
  let following: LinkEvents | undefined;
  let callOffAnswer = () => {};
  let callOffAsk = () => {};
  let callOffOpening = () => {};

  function ask() {
    line.post({ kind: 'ask', tab: line.me });
    callOffAnswer();
    callOffAnswer = clock.after(answerWithinMs, replace);
  }
  function keepAsking() {
    callOffAsk = clock.after(askEveryMs, () => {
      ask();
      keepAsking();
    });
  }
  function stop() {
    following = undefined;
    for (const callOff of [callOffAnswer, callOffAsk, callOffOpening]) callOff();
  }
  function end() {
    const events = following;
    stop();
    events?.closed({ opened: true, code: 1006 });
  }

  return {
    stop,
    hear(message: TabMessage) {
      if (message.kind === 'out' || message.kind === 'ask') return;
      if ('to' in message && message.to !== line.me) return;
      callOffAnswer();
      if (message.kind === 'down') return end();
      if (message.kind !== 'in') return;
      if (message.frame.t === 'welcome') {
        callOffOpening();
        if (!following) return reconnect();
      }
      following?.frame(message.frame);
    },
    open(events: LinkEvents): Link {
      stop();
      following = events;
      ask();
      keepAsking();
      callOffOpening = clock.after(openWithinMs, end);
      return {
        send: (frame) => line.post({ kind: 'out', tab: line.me, frame }),
        probe: ask,
        close() {
          if (following === events) stop();
        },
      };
    },
  };
}

function isTabMessage(message: unknown): message is TabMessage {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
