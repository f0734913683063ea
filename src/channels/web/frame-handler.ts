import { errorCodes } from '../../core/index.ts';
import type { ErrorCode } from '../../core/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import type { ClientFrame } from '../../protocol/index.ts';
import { protocolVersion } from '../../protocol/index.ts';
import type { Received } from '../../turn/index.ts';
import type { VisitorBuckets } from './bucket.ts';
import type { Connection } from './connection.ts';
import type { ParsedFrame } from './frames-in.ts';
import { inboundOf, ratingOf, secretOf } from './frames-in.ts';
import type { Hub } from './hub.ts';
import { isOffered } from './languages.ts';
import type { WebChannelDeps, WebLimits } from './ports.ts';
import { withFiles } from './sent-files.ts';
import { Subscription } from './subscription.ts';

export interface FrameDeps extends WebChannelDeps {
  readonly limits: WebLimits;
  readonly hub: Hub;
  readonly buckets: VisitorBuckets;
  /** Counts the socket as the visitor's; false when there are too many live ones. */
  readonly admit: (connection: Connection, principal: SessionPrincipal) => boolean;
  /** Somebody's place in the queue is to be looked up. */
  readonly askPlaces: () => void;
}

type Frame<T extends ClientFrame['t']> = Extract<ClientFrame, { t: T }>;
type MessageFrame = Frame<'send'> | Frame<'secret'> | Frame<'rate'>;

/** What each frame does. Faults that escape end the socket with their code. */
export function createFrameHandler(deps: FrameDeps) {
  return async (connection: Connection, parsed: ParsedFrame): Promise<void> => {
    if (parsed.kind === 'bad') return onBad(connection, parsed);
    const { frame } = parsed;
    deps.metrics?.count('frames_in', frame.t);
    if (frame.t === 'hello') return onHello(deps, connection, frame);
    if (!connection.principal) {
      return connection.close('not_signed_in', 'The first frame must be a hello.');
    }
    if ('conv' in frame && frame.conv !== connection.conversationId) {
      return onForeign(connection, frame);
    }
    switch (frame.t) {
      case 'sub':
        return onSub(deps, connection, frame);
      case 'send':
      case 'secret':
      case 'rate':
        return onMessage(deps, connection, frame);
      case 'lang':
        return onLanguage(deps, connection, frame);
      case 'typing':
        return onTyping(deps, frame);
      case 'read':
        return onRead(deps, connection, frame);
      case 'ping':
        return connection.send({ t: 'pong', n: frame.n });
      case 'pong':
        return connection.pong(frame.n);
    }
  };
}

function onBad(connection: Connection, parsed: Extract<ParsedFrame, { kind: 'bad' }>): void {
  const { code, message, of } = parsed;
  if (!connection.principal) return connection.close(code, message);
  if (code === 'unsupported_version') return connection.close(code, message);
  if (of) return connection.send({ t: 'refused', ...of, code, message, again: false });
  connection.complain(code, message);
}

/** One answer for what is another's and for what is not there: nobody learns which ids exist. */
function onForeign(connection: Connection, frame: Exclude<ClientFrame, { t: 'hello' }>): void {
  const message = 'There is no such conversation.';
  if (isMessage(frame)) {
    const { conv, cid } = frame;
    return connection.send({ t: 'refused', conv, cid, code: 'not_found', message, again: false });
  }
  connection.complain('not_found', message);
}

/** Frames that are acknowledged or refused under a `cid`. */
function isMessage(frame: ClientFrame): frame is MessageFrame {
  return frame.t === 'send' || frame.t === 'secret' || frame.t === 'rate';
}

async function onHello(
  deps: FrameDeps,
  connection: Connection,
  frame: Frame<'hello'>,
): Promise<void> {
  if (connection.principal) {
    return connection.complain('bad_frame', 'A socket says hello once.');
  }
  const principal = await deps.visitors.read(frame.token);
  const conv = await deps.turns.open(principal, 'web', deps.config().defaultLanguage);
  if (!connection.isOpen) return;
  if (!deps.admit(connection, principal)) {
    return connection.close('rate_limited', 'Too many sockets are open for this visitor.');
  }
  connection.signIn(principal, conv);
  connection.send({
    t: 'welcome',
    v: protocolVersion,
    epoch: deps.epoch,
    nowMs: deps.clock(),
    heartbeatMs: deps.limits.heartbeatMs,
    conv,
    customer: principal.customerId !== undefined,
  });
}

/** A second `sub` takes the place of the first: so a client that missed something asks again. */
async function onSub(deps: FrameDeps, connection: Connection, frame: Frame<'sub'>): Promise<void> {
  const { conversationId } = connection;
  if (!conversationId) return;
  if (connection.subscription) dropSubscription(deps, connection);
  const subscription = new Subscription(conversationId, connection, deps);
  connection.subscription = subscription;
  deps.hub.add(subscription);
  await subscription.start(frame);
  deps.askPlaces();
  const marks = await deps.reads?.of(subscription.conversationId);
  if (marks) subscription.seen(marks.agent);
}

export function dropSubscription(deps: Pick<FrameDeps, 'hub'>, connection: Connection): void {
  const { subscription } = connection;
  if (!subscription) return;
  subscription.stop();
  deps.hub.remove(subscription);
  connection.subscription = undefined;
}

async function onMessage(
  deps: FrameDeps,
  connection: Connection,
  frame: MessageFrame,
): Promise<void> {
  const { conv, cid } = frame;
  const startMs = deps.clock();
  if (mustWait(deps, connection, cid, startMs)) {
    const message = 'Too many messages; send it again in a moment.';
    return connection.send({ t: 'refused', conv, cid, code: 'rate_limited', message, again: true });
  }
  const received = await passOn(deps, connection, frame);
  if (received.kind === 'accepted') {
    const { seq, duplicate: dup } = received;
    connection.send({ t: 'ack', conv, cid, seq, dup });
    deps.metrics?.observe('send_ms', deps.clock() - startMs);
    return;
  }
  const { code, message } = received;
  if (endsSocket(code)) return connection.close(code, message);
  connection.send({ t: 'refused', conv, cid, code, message, again: false });
}

async function passOn(
  deps: FrameDeps,
  { principal }: Connection,
  frame: MessageFrame,
): Promise<Received> {
  const none = { kind: 'refused', code: 'bad_frame', message: 'An id cannot be read.' } as const;
  if (frame.t === 'send') {
    const inbound = inboundOf(frame);
    if (!inbound || !principal) return none;
    const whole = await withFiles(deps, principal, inbound, frame.files);
    return 'kind' in whole ? whole : deps.turns.receive(whole);
  }
  if (frame.t === 'rate') {
    const rating = ratingOf(frame);
    return rating ? deps.turns.rate(rating) : none;
  }
  const secret = secretOf(frame);
  return secret ? deps.turns.submitSecret(secret) : none;
}

/**
 * When we cannot store just now, refusing this message and taking the next would change their order;
 * the socket is closed, and the client comes back with all of them in order.
 */
function endsSocket(code: ErrorCode): boolean {
  return errorCodes[code].culprit !== 'peer';
}

/** Over the rate; or behind a message that was, so that it is not overtaken. */
function mustWait(deps: FrameDeps, connection: Connection, cid: string, nowMs: number): boolean {
  if (connection.overtakes(cid)) return true;
  const { principal } = connection;
  if (principal && deps.buckets.take(principal.visitorId, nowMs)) {
    connection.goOn();
    return false;
  }
  connection.putOff(cid);
  return true;
}

async function onLanguage(
  deps: FrameDeps,
  connection: Connection,
  frame: Frame<'lang'>,
): Promise<void> {
  if (!connection.conversationId) return;
  if (!isOffered(deps.config(), frame.language)) {
    return connection.complain('bad_frame', 'language: not one that is offered');
  }
  await deps.turns.setLanguage(connection.conversationId, frame.language);
}

function onRead(deps: FrameDeps, connection: Connection, { conv, seq }: Frame<'read'>): void {
  // Nothing that was not sent to it can have been seen.
  const seen = Math.min(seq, connection.subscription?.last ?? 0);
  deps.reads?.mark(conv, 'customer', seen);
}

function onTyping(deps: FrameDeps, { conv, on }: Frame<'typing'>): void {
  deps.bus.publish(`c:${conv}`, { kind: 'typing', conversationId: conv, who: 'customer', on });
}
