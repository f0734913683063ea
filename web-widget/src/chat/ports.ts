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
  /** Called with a function that gives the request up. */
  readonly onStart?: (abort: () => void) => void;
}

/** `status` 0: no answer at all. `body` is the parsed JSON, undefined when it was none. */
export interface HttpReply {
  readonly status: number;
  readonly body: unknown;
}

export type Http = (request: HttpRequest) => Promise<HttpReply>;

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
}
