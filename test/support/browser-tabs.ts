import type { Tabs } from '../../web-widget/src/chat/index.ts';

interface Claim {
  readonly held: () => void;
  readonly lost: () => void;
}

/** What the tabs of one browser share, as `navigator.locks` and `BroadcastChannel` do it: `tab()` for each of them. */
export function browserTabsFake() {
  const locks = new Map<string, Claim[]>();
  const lines = new Map<string, Set<(message: unknown) => void>>();
  const queueOf = (name: string) => {
    const queue = locks.get(name) ?? [];
    locks.set(name, queue);
    return queue;
  };

  function tab() {
    let frozen = false;
    const tabs: Tabs = {
      lock(name, claim, steal) {
        const queue = queueOf(name);
        if (steal) queue.shift()?.lost();
        if (steal) queue.unshift(claim);
        else queue.push(claim);
        const grant = () => {
          if (queue[0] === claim) claim.held();
        };
        setImmediate(grant);
        return () => {
          const at = queue.indexOf(claim);
          if (at >= 0) queue.splice(at, 1);
          const next = queue[0];
          if (at === 0 && next) setImmediate(next.held);
        };
      },
      alone: (_name, run) => run(),
      channel(name, heard) {
        const line = lines.get(name) ?? new Set();
        lines.set(name, line);
        const hear = (message: unknown) => {
          if (!frozen) heard(message);
        };
        line.add(hear);
        return {
          post(message) {
            const copy: unknown = structuredClone(message);
            for (const other of line) if (other !== hear) setImmediate(() => other(copy));
          },
          close: () => void line.delete(hear),
        };
      },
    };
    return {
      tabs,
      /** A tab that the browser has put to sleep: it hears nothing. */
      freeze(value: boolean) {
        frozen = value;
      },
    };
  }
  return { tab };
}
