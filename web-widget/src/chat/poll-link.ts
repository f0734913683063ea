import type { Link, LinkEvents } from './link.ts';
import type { Clock, Http, HttpReply } from './ports.ts';
import { errorCodeOf, longPollMaxMs, protocolVersion } from './wire.ts';
import type { ClientFrame, EventsReply, ServerFrame } from './wire.ts';

const requestTimeoutMs = 15_000;
/** These speak of the message that was sent, all others of the connection. */
const aboutMessage = new Set([400, 409, 413, 429]);

export interface PollLinkPorts {
  readonly server: string;
  readonly http: Http;
  readonly clock: Clock;
  readonly sessionToken: string;
  readonly conv: string;
  readonly customer: boolean;
  /** Where the reader stands. */
  readonly after: number;
  readonly epoch: string;
}

/**
 * The same frames carried by plain requests, for networks that let no web socket through: `sub` becomes a
 * long poll that goes on by itself, `send`, `rate` and `secret` become posts whose answers come back as `ack` or
 * `refused`. Typing and read marks are not carried. Any request that fails ends the link; the client connects anew and
 * sends again what was not acknowledged.
 */
export function openPollLink(ports: PollLinkPorts, events: LinkEvents): Link {
  const { conv } = ports;
  let over = false;
  let opened = false;
  let round = 0;
  const requests = createRequests(ports);

  function end(code: number) {
    if (over) return;
    close();
    events.closed({ opened, code });
  }
  function close() {
    over = true;
    requests.abortPoll();
  }
  function tell(frame: ServerFrame) {
    if (!over) events.frame(frame);
  }
  /** Tells the refusal and ends the link; true when the reply was none. */
  function failed(reply: HttpReply): boolean {
    if (reply.status >= 200 && reply.status < 300) return false;
    const code = errorCodeOf(reply.body);
    if (code) tell({ t: 'error', code, message: '' });
    end(closeCodeOf(reply.status));
    return true;
  }
  /** Reads on from where the reader stands; a new `sub` makes the former round stop. */
  async function follow(start: { after: number; epoch: string }, mine: number) {
    let { after, epoch } = start;
    while (!over && round === mine) {
      const reply = await requests.events(after, epoch, longPollMaxMs);
      if (over || round !== mine || failed(reply)) return;
      const page = reply.body as EventsReply;
      epoch = page.epoch;
      after = page.events.at(-1)?.seq ?? (page.reset ? Math.max(0, page.from - 1) : after);
      tell(pageFrame(conv, page));
    }
  }
  async function hello() {
    const reply = await requests.events(ports.after, ports.epoch, 0);
    if (over || failed(reply)) return;
    opened = true;
    const { epoch } = reply.body as EventsReply;
    const { customer, clock } = ports;
    const v = protocolVersion;
    tell({ t: 'welcome', v, epoch, nowMs: clock.now(), heartbeatMs: 0, conv, customer });
  }
  async function post(path: string, body: Readonly<Record<string, unknown>>, cid: string) {
    const reply = await requests.post(path, body);
    const code = errorCodeOf(reply.body);
    if (code && aboutMessage.has(reply.status)) {
      tell({ t: 'refused', conv, cid, code, message: '', again: reply.status === 429 });
    } else if (!over && !failed(reply)) {
      const { seq, dup } = reply.body as { seq: number; dup: boolean };
      if (cid) tell({ t: 'ack', conv, cid, seq, dup });
    }
  }

  return {
    send(frame) {
      if (frame.t === 'hello') void hello();
      else if (frame.t === 'sub') {
        round += 1;
        void follow(frame, round);
      } else {
        const posted = postOf(frame);
        if (posted) void post(posted.path, posted.body, posted.cid);
      }
    },
    probe() {},
    close,
  };
}

/** What is asked of the service, in the visitor's name. */
function createRequests({ server, http, sessionToken: bearer, conv }: PollLinkPorts) {
  let abortPoll = () => {};
  return {
    abortPoll: () => abortPoll(),
    events(after: number, epoch: string, waitMs: number): Promise<HttpReply> {
      const place = { conv, after: String(after), epoch, waitMs: String(waitMs) };
      return http({
        method: 'GET',
        url: `${server}/api/chat/events?${new URLSearchParams(place)}`,
        bearer,
        timeoutMs: waitMs + requestTimeoutMs,
        onStart: (abort) => {
          abortPoll = abort;
        },
      });
    },
    post(path: string, body: Readonly<Record<string, unknown>>): Promise<HttpReply> {
      const url = `${server}/api/chat/${path}`;
      return http({ method: 'POST', url, bearer, body, timeoutMs: requestTimeoutMs });
    },
  };
}

/** The post that carries a frame. `cid`: of what is answered by `ack` or `refused`. */
function postOf(frame: ClientFrame) {
  switch (frame.t) {
    case 'send':
    case 'rate':
    case 'secret': {
      const { t: path, ...body } = frame;
      return { path, body, cid: frame.cid };
    }
    case 'lang': {
      const { t: _, ...body } = frame;
      return { path: 'language', body, cid: '' };
    }
    default:
      return undefined;
  }
}

function pageFrame(conv: string, page: EventsReply): ServerFrame {
  const { epoch, from, events } = page;
  return page.reset ? { t: 'reset', conv, epoch, from, events } : { t: 'events', conv, events };
}

/** The close code that the socket would have had; the client knows only those. */
function closeCodeOf(status: number): number {
  if (status === 401) return 4001;
  if (status === 403) return 4003;
  if (status === 404) return 4004;
  return status === 429 ? 4029 : 1006;
}
