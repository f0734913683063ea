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
  let heardAtMs = clock.now();
  let probedAtMs = 0;
  let pingCount = 0;
  const waiting: ClientFrame[] = [];
  let stopWatch = clock.after(openWithinMs, () => end(1006));

  const socket = ports.openSocket(url, {
    open() {
      if (mode !== 'opening') return;
      mode = 'open';
      opened = true;
      heard();
      stopWatch();
      watch();
      for (const frame of waiting.splice(0)) write(frame);
    },
    message(text) {
      if (mode === 'ended') return;
      heard();
      const frame = parseServerFrame(text);
      if (frame?.t === 'ping') write({ t: 'pong', n: frame.n });
      else if (frame && frame.t !== 'pong') events.frame(frame);
    },
    close: (code) => end(code),
  });
  function heard() {
    heardAtMs = clock.now();
    probedAtMs = 0;
  }
  function write(frame: ClientFrame) {
    if (mode === 'open') socket.send(JSON.stringify(frame));
    else if (mode === 'opening') waiting.push(frame);
  }
  function ping() {
    probedAtMs = clock.now();
    pingCount += 1;
    write({ t: 'ping', n: pingCount });
  }
  function watch() {
    stopWatch = clock.after(watchEveryMs, () => {
      const nowMs = clock.now();
      // Nobody is given up unasked: in a background tab this runs once a minute only.
      if (probedAtMs > 0 && nowMs - probedAtMs >= answerWithinMs) return end(1006);
      if (nowMs - heardAtMs >= probeAfterMs && probedAtMs === 0) ping();
      watch();
    });
  }
  function stop() {
    mode = 'ended';
    stopWatch();
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
    probe() {
      if (mode !== 'open') return;
      const askedAtMs = clock.now();
      ping();
      clock.after(probeAnswerMs, () => {
        if (heardAtMs < askedAtMs) end(1006);
      });
    },
  };
}
