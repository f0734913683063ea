import type { Clock, Http, OpenSocket, Storage, Tabs } from '../chat/index.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** `localStorage`, or memory where the browser forbids it (third-party frames, private windows, a full disk). */
export function browserStorage(): Storage {
  const memory = new Map<string, string>();
  return {
    get: (key) => attempt(() => localStorage.getItem(key)) ?? memory.get(key),
    set(key, value) {
      const isKept = attempt(() => {
        localStorage.setItem(key, value);
        return true;
      });
      if (!isKept) memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt(() => localStorage.removeItem(key));
    },
    keys: () => [...memory.keys(), ...(attempt(() => Object.keys(localStorage)) ?? [])],
  };
}

/** Undefined where the browser forbids it. */
export function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}

export const openBrowserSocket: OpenSocket = (url, events) => {
  const socket = new WebSocket(url);
  socket.addEventListener('open', () => events.open());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') events.message(data);
  });
  socket.addEventListener('close', ({ code }) => events.close(code));
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};

export const browserHttp: Http = async (request) => {
  const { method, url, bearer, body, timeoutMs, blob, onStart } = request;
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), timeoutMs);
  onStart?.(() => control.abort());
  try {
    const reply = await fetch(url, {
      method,
      credentials: 'omit',
      cache: 'no-store',
      signal: control.signal,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const read: Promise<unknown> = blob && reply.ok ? reply.blob() : reply.json();
    const parsed = await read.catch(() => undefined);
    return { status: reply.status, body: parsed };
  } catch {
    return { status: 0, body: undefined };
  } finally {
    clearTimeout(timer);
  }
};

/** `crypto.randomUUID` is there in secure contexts only; a shop page without TLS must still be able to send. */
export function newId(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Undefined where a page has no locks, as without TLS: each tab is on its own then. */
export function browserTabs(): Tabs | undefined {
  // Both are missing in some places, whatever the types say.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks || !('BroadcastChannel' in globalThis)) return undefined;
  return {
    lock(name, calls, steal) {
      const { promise: kept, resolve: giveBack } = Promise.withResolvers<void>();
      const control = new AbortController();
      let over = false;
      // A stolen lock must not be asked for with a signal; browsers refuse both at once.
      const how: LockOptions = steal ? { steal } : { signal: control.signal };
      locks
        .request(name, how, () => {
          if (over) return undefined;
          calls.held();
          return kept;
        })
        .catch((error: unknown) => {
          if (over) return;
          // Taken by another tab; anything else is a browser that denies locks here, as to a frame of another site.
          if (error instanceof DOMException && error.name === 'AbortError') calls.lost();
          else calls.held();
        });
      return () => {
        over = true;
        giveBack();
        control.abort();
      };
    },
    async alone(name, run) {
      let ran = false;
      const noted = () => {
        ran = true;
        return run();
      };
      try {
        return await locks.request(name, noted);
      } catch (error) {
        if (ran) throw error;
        return await run();
      }
    },
    channel(name, heard) {
      const channel = new BroadcastChannel(name);
      channel.addEventListener('message', ({ data }) => heard(data));
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
  };
}
