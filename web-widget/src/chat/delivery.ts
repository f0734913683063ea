import { retryDelayMs } from './backoff.ts';
import { createOutbox } from './outbox.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import type { Clock, Storage } from './ports.ts';
import type { ClientFrame, WireEvent } from './wire.ts';

/** `sent`: acknowledged, its event is still on the way. `failed`: refused for good, the person decides. */
export interface OutgoingShown {
  readonly message: Outgoing;
  readonly state: 'sending' | 'sent' | 'failed';
  /** Why it failed: an error code. */
  readonly code?: string;
}

export type SecretShown =
  | { readonly form: string; readonly state: 'checking' }
  | { readonly form: string; readonly state: 'refused'; readonly code: string };

interface Secret {
  readonly cid: string;
  readonly form: string;
  readonly code: string;
}

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly random: () => number;
  readonly changed: () => void;
  /** No acknowledgement within `ackWithinMs`: the connection is not what it seems. */
  readonly stuck: () => void;
}

const ackWithinMs = 10_000;
const againAtLeastMs = 1_000;

/**
 * Brings messages over, one at a time: the next goes out when the one before is acknowledged, so a refusal
 * in the middle cannot change their order. Secrets go the same way and live in memory only.
 *
 * Modes: down (nothing is sent) ⇄ up (`up`, `down`); while up, idle or one in flight, or pausing after a
 * refusal that may be tried again.
 */
export interface Delivery {
  shown(): readonly OutgoingShown[];
  secret(): SecretShown | undefined;
  /** A rating is on its way. */
  rating(): boolean;
  /** False when too many wait. */
  add(message: Outgoing): boolean;
  addSecret(secret: Secret): void;
  /** Out of sight with a failed message. */
  dismiss(cid: string): void;
  up(conv: string, send: (frame: ClientFrame) => void): void;
  down(): void;
  acked(cid: string, seq: number, held: number): void;
  refused(cid: string, code: string, again: boolean): void;
  seen(events: readonly WireEvent[]): void;
  bind(conv: string, carry: boolean): void;
  clear(): void;
}

export function createDelivery(ports: DeliveryPorts, prefix: string): Delivery {
  const outbox: Outbox = createOutbox(ports.storage, prefix);
  const flight = createFlight(ports, (conv) => {
    const next = outbox.items()[0];
    return secret ? secretFrame(conv, secret) : next && messageFrame(conv, next);
  });
  /** What has left the outbox and is not in the transcript yet. */
  let landed: readonly OutgoingShown[] = [];
  let secret: Secret | undefined;
  let refusedSecret: SecretShown | undefined;

  const find = (cid: string) => outbox.items().find((item) => item.cid === cid);
  /** Nothing more is to be brought over under this id. */
  function over(cid: string) {
    if (secret?.cid === cid) secret = undefined;
    outbox.remove(cid);
    flight.over(cid);
    ports.changed();
  }

  return {
    shown: () => [...landed, ...outbox.items().flatMap(sendingShown)],
    rating: () => outbox.items().some(({ rate }) => rate),
    secret: () => (secret ? { form: secret.form, state: 'checking' } : refusedSecret),
    add(message) {
      const taken = outbox.add(message);
      if (taken) flight.pump();
      ports.changed();
      return taken;
    },
    addSecret(next) {
      secret = next;
      refusedSecret = undefined;
      flight.pump();
      ports.changed();
    },
    dismiss(cid) {
      landed = landed.filter(({ message }) => message.cid !== cid);
      ports.changed();
    },
    up: (conv, send) => flight.up(conv, send),
    down: () => flight.down(),
    acked(cid, seq, held) {
      const message = find(cid);
      // Its event may have come before the acknowledgement; then the transcript shows it already.
      if (message && !message.rate && seq > held) landed = [...landed, { message, state: 'sent' }];
      over(cid);
    },
    refused(cid, code, again) {
      if (again) return flight.again(cid);
      const message = find(cid);
      if (message && !message.rate) landed = [...landed, { message, state: 'failed', code }];
      if (secret?.cid === cid) refusedSecret = { form: secret.form, state: 'refused', code };
      over(cid);
    },
    seen(events) {
      if (events.some((event) => event.type === 'code')) refusedSecret = undefined;
      const cids = cidsIn(events, outbox.items());
      if (cids.size === 0) return;
      landed = landed.filter((item) => item.state === 'failed' || !cids.has(item.message.cid));
      for (const cid of cids) outbox.remove(cid);
      for (const cid of cids) flight.over(cid);
    },
    bind: (conv, carry) => outbox.bind(conv, carry),
    clear() {
      flight.land();
      outbox.clear();
      landed = [];
      secret = undefined;
      refusedSecret = undefined;
    },
  };
}

type FrameOfOne = ClientFrame & { readonly cid: string };

/** At most one message on its way: whatever `next` gives when the one before is over. */
function createFlight(
  ports: Pick<DeliveryPorts, 'clock' | 'random' | 'stuck'>,
  next: (conv: string) => FrameOfOne | undefined,
) {
  let line: { readonly conv: string; readonly send: (frame: ClientFrame) => void } | undefined;
  let inFlight: string | undefined;
  let tries = 0;
  let callOff = () => {};

  function pump() {
    const frame = line && inFlight === undefined ? next(line.conv) : undefined;
    if (!frame) return;
    inFlight = frame.cid;
    callOff = ports.clock.after(ackWithinMs, ports.stuck);
    line?.send(frame);
  }
  /** Ready for the next one. */
  function land() {
    callOff();
    inFlight = undefined;
    tries = 0;
  }

  return {
    pump,
    land,
    up(conv: string, send: (frame: ClientFrame) => void) {
      line = { conv, send };
      land();
      pump();
    },
    down() {
      line = undefined;
      land();
    },
    over(cid: string) {
      if (cid !== inFlight) return;
      land();
      pump();
    },
    /** The same once more in a while. Of another tab's message nothing is done: that tab brings it again. */
    again(cid: string) {
      if (cid !== inFlight) return;
      callOff();
      tries += 1;
      callOff = ports.clock.after(againAtLeastMs + retryDelayMs(tries, ports.random), () => {
        inFlight = undefined;
        pump();
      });
    },
  };
}

function sendingShown(message: Outgoing): OutgoingShown[] {
  return message.rate ? [] : [{ message, state: 'sending' }];
}

/** Of those that wait the ones that are in the log now. */
function cidsIn(events: readonly WireEvent[], waiting: readonly Outgoing[]): Set<string> {
  const cids = new Set<string>();
  for (const event of events) {
    if (event.type === 'message' && event.from === 'customer') cids.add(event.cid);
    if (event.type !== 'satisfaction' || event.state !== 'given') continue;
    for (const { cid, rate } of waiting) if (rate) cids.add(cid);
  }
  return cids;
}

function messageFrame(conv: string, message: Outgoing): FrameOfOne {
  const { cid, text, choice, form, files, rate } = message;
  if (rate) return { t: 'rate', conv, cid, ...rate };
  return {
    t: 'send',
    conv,
    cid,
    text,
    ...(choice && { choice }),
    ...(form && { form }),
    ...(files && { files: files.map(({ id }) => id) }),
  };
}

function secretFrame(conv: string, secret: Secret): FrameOfOne {
  return { t: 'secret', conv, cid: secret.cid, form: secret.form, code: secret.code };
}
