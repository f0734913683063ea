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
  /** A failed message as a new one, under a new id. */
  dismiss(cid: string): Outgoing | undefined;
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
  let landed: readonly OutgoingShown[] = [];
  let secret: Secret | undefined;
  let refusedSecret: SecretShown | undefined;
  let line: { readonly conv: string; readonly send: (frame: ClientFrame) => void } | undefined;
  let inFlight: string | undefined;
  let tries = 0;
  let callOff = () => {};

  function pump() {
    if (!line || inFlight !== undefined) return;
    const { conv, send } = line;
    const next = outbox.items()[0];
    const frame = secret ? secretFrame(conv, secret) : next && messageFrame(conv, next);
    if (!frame) return;
    inFlight = frame.cid;
    callOff = ports.clock.after(ackWithinMs, ports.stuck);
    send(frame);
  }
  function settle() {
    callOff();
    inFlight = undefined;
    tries = 0;
    pump();
    ports.changed();
  }
  function failed(cid: string, code: string) {
    const message = outbox.items().find((item) => item.cid === cid);
    if (message && !message.rate) landed = [...landed, { message, state: 'failed', code }];
    if (secret?.cid === cid) {
      refusedSecret = { form: secret.form, state: 'refused', code };
      secret = undefined;
    }
    outbox.remove(cid);
  }

  return {
    shown: () => [
      ...landed,
      ...outbox
        .items()
        .filter(({ rate }) => !rate)
        .map((message) => ({ message, state: 'sending' as const })),
    ],
    rating: () => outbox.items().some(({ rate }) => rate),
    secret: () => (secret ? { form: secret.form, state: 'checking' } : refusedSecret),
    add(message) {
      const taken = outbox.add(message);
      if (taken) pump();
      ports.changed();
      return taken;
    },
    addSecret(next) {
      secret = next;
      refusedSecret = undefined;
      pump();
      ports.changed();
    },
    dismiss(cid) {
      const found = landed.find((item) => item.message.cid === cid);
      landed = landed.filter((item) => item !== found);
      ports.changed();
      return found?.message;
    },
    up(conv, send) {
      line = { conv, send };
      inFlight = undefined;
      tries = 0;
      pump();
    },
    down() {
      callOff();
      line = undefined;
      inFlight = undefined;
    },
    acked(cid, seq, held) {
      const message = outbox.items().find((item) => item.cid === cid);
      // Its event may have come before the acknowledgement; then the transcript shows it already.
      if (message && !message.rate && seq > held) landed = [...landed, { message, state: 'sent' }];
      outbox.remove(cid);
      if (secret?.cid === cid) secret = undefined;
      if (cid === inFlight) settle();
      else ports.changed();
    },
    refused(cid, code, again) {
      if (!again) {
        failed(cid, code);
        if (cid === inFlight) settle();
        else ports.changed();
        return;
      }
      // Another tab's message: that tab brings it again.
      if (cid !== inFlight) return;
      callOff();
      tries += 1;
      callOff = ports.clock.after(againAtLeastMs + retryDelayMs(tries, ports.random), () => {
        inFlight = undefined;
        pump();
      });
    },
    seen(events) {
      const cids = new Set(
        events.flatMap((event) =>
          event.type === 'message' && event.from === 'customer' ? [event.cid] : [],
        ),
      );
      if (events.some((event) => event.type === 'code')) refusedSecret = undefined;
      if (events.some((event) => event.type === 'satisfaction' && event.state === 'given')) {
        for (const { cid, rate } of outbox.items()) if (rate) cids.add(cid);
      }
      if (cids.size === 0) return;
      landed = landed.filter((item) => item.state === 'failed' || !cids.has(item.message.cid));
      for (const cid of cids) outbox.remove(cid);
      if (inFlight !== undefined && cids.has(inFlight)) settle();
    },
    bind: (conv, carry) => outbox.bind(conv, carry),
    clear() {
      callOff();
      outbox.clear();
      landed = [];
      secret = undefined;
      refusedSecret = undefined;
      inFlight = undefined;
    },
  };
}

function messageFrame(conv: string, message: Outgoing): ClientFrame & { readonly cid: string } {
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

function secretFrame(conv: string, secret: Secret): ClientFrame & { readonly cid: string } {
  return { t: 'secret', conv, cid: secret.cid, form: secret.form, code: secret.code };
}
