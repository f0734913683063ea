import type { Link, LinkEvents } from './link.ts';
import type { Clock, OpenSocket } from './ports.ts';
import { parseServerFrame } from './wire.ts';
import type { ClientFrame } from './wire.ts';

/** The peer is asked for a sign of life after this much silence, and given up when it owes the answer so long: under 30 s in all. */
const probeAfterMs = 10_000;
const answerWithinMs = 14_000;
const watchEveryMs = 2_000;
/** A probe by hand (the device woke up) must be answered within this. */
const probeAnswerMs = 5_000;
const openWithinMs = 10_000;

/**
 * A web socket with heartbeats both ways. A half-open connection looks alive to the browser for minutes,
 * so silence, not the browser, decides when it is over.
 *
 * Modes: opening → open → ended; ended once, by the peer, by silence, or by `close` (which says nothing).
 */
export function openSocketLink(
  url: string,
  ports: { readonly clock: Clock; readonly openSocket: OpenSocket },
  events: LinkEvents,
): Link {
  const { clock } = ports;
  let mode: 'opening' | 'open' | 'ended' = 'opening';
  let opened = false;
  const waiting: ClientFrame[] = [];
  const pulse = createPulse(clock, {
    ping: (n) => write({ t: 'ping', n }),
    silent: () => end(1006),
  });
  const callOffOpening = clock.after(openWithinMs, () => end(1006));

  const socket = ports.openSocket(url, {
    open() {
      if (mode !== 'opening') return;
      mode = 'open';
      opened = true;
      callOffOpening();
      pulse.start();
      for (const frame of waiting.splice(0)) write(frame);
    },
    message(text) {
      if (mode === 'ended') return;
      pulse.heard();
      const frame = parseServerFrame(text);
      if (frame?.t === 'ping') write({ t: 'pong', n: frame.n });
      else if (frame && frame.t !== 'pong') events.frame(frame);
    },
    close: (code) => end(code),
  });
  function write(frame: ClientFrame) {
    if (mode === 'open') socket.send(JSON.stringify(frame));
    else if (mode === 'opening') waiting.push(frame);
  }
  function stop() {
    mode = 'ended';
    callOffOpening();
    pulse.stop();
    socket.close();
  }
  function end(code: number) {
    if (mode === 'ended') return;
    stop();
    events.closed({ opened, code });
  }

  return {
    send: write,
    close: () => {
      if (mode !== 'ended') stop();
    },
    probe: () => {
      if (mode === 'open') pulse.probe();
    },
  };
}

/** Watches for silence: asks the peer for a sign of life, and says so when it owes one for too long. */
function createPulse(
  clock: Clock,
  calls: { readonly ping: (n: number) => void; readonly silent: () => void },
) {
  let heardAtMs = 0;
  let probedAtMs = 0;
  let pingCount = 0;
  let callOff = () => {};

  function heard() {
    heardAtMs = clock.now();
    probedAtMs = 0;
  }
  function ping() {
    probedAtMs = clock.now();
    pingCount += 1;
    calls.ping(pingCount);
  }
  function watch() {
    callOff = clock.after(watchEveryMs, () => {
      const nowMs = clock.now();
      // Nobody is given up unasked: in a background tab this runs once a minute only.
      if (probedAtMs > 0 && nowMs - probedAtMs >= answerWithinMs) return calls.silent();
      if (nowMs - heardAtMs >= probeAfterMs && probedAtMs === 0) ping();
      watch();
    });
  }
  return {
    heard,
    start() {
      heard();
      watch();
    },
    stop: () => callOff(),
    probe() {
      const askedAtMs = clock.now();
      ping();
      clock.after(probeAnswerMs, () => {
        if (heardAtMs < askedAtMs) calls.silent();
      });
    },
  };
}
