/** What the chat needs of the browser, so small that a test can stand in for it. No DOM types: these parts run anywhere. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** Text by key. Never throws: a browser that forbids storage gets one in memory. */
export interface Storage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  open(): void;
  message(text: string): void;
  /** Also for a socket that never opened. Once. */
  close(code: number): void;
}

export type OpenSocket = (url: string, events: SocketEvents) => Socket;

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly bearer?: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
  /** The reply's body is wanted as a `Blob`: a file, not JSON. */
  readonly blob?: boolean;
  /** Called with a function that gives the request up. */
  readonly onStart?: (abort: () => void) => void;
}

/** `status` 0: no answer at all. `body` is the parsed JSON (undefined when it was none), or the `Blob` that was asked for. */
export interface HttpReply {
  readonly status: number;
  readonly body: unknown;
}

export type Http = (request: HttpRequest) => Promise<HttpReply>;

export interface Upload {
  readonly url: string;
  readonly bearer: string;
  readonly name: string;
  readonly file: Blob;
  /** 0 to 1. */
  readonly progress: (share: number) => void;
  readonly onStart: (abort: () => void) => void;
}

/** What one browser's tabs share: a lock that one of them holds, and a line on which all of them hear each other. */
export interface Tabs {
  /**
   * Asks for the lock. `held` is called when this tab has it, `lost` when another one took it away by `steal`.
   * The returned function gives it back, or takes the request back.
   */
  lock(
    name: string,
    calls: { readonly held: () => void; readonly lost: () => void },
    steal: boolean,
  ): () => void;
  /** Runs it while no other tab runs one of the same name. */
  alone<T>(name: string, run: () => Promise<T>): Promise<T>;
  channel(
    name: string,
    heard: (message: unknown) => void,
  ): { readonly post: (message: unknown) => void; readonly close: () => void };
}

export interface ChatPorts {
  /** Origin of the service, without a slash at the end. */
  readonly server: string;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly openSocket: OpenSocket;
  readonly http: Http;
  /** 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly newId: () => string;
  /** Missing where the browser (or a page without TLS) has no locks: each tab is on its own then. */
  readonly tabs?: Tabs;
  /** IANA name of the device's time zone. */
  readonly timeZone?: string;
}
