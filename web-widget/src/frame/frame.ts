import type { HostCall, HostEventName, HostFunction } from '../api.ts';
import type { Mount } from '../mounting.ts';
import type { Greeting, ToFrame, ToHost } from './messages.ts';

/*
 * The document of the frame mode, and of a WebView. Inside a page it does what that page's half says over the port
 * that it was given; which pages may hold it at all is the service's header (`frame-ancestors`). As a page of its
 * own it takes `window.kefu(...)` from the app around it and tells that app by its bridge.
 */
const greeting: Greeting = 'kefu.frame';
const events = ['open', 'close', 'message', 'unread', 'identityRefused'] as const;
const host = document.body.appendChild(document.createElement('kefu-chat'));
const root = host.attachShadow({ mode: 'open' });
// The button stands in the page around the frame; this one is only spoken to.
const launcher = document.createElement('button');
launcher.append(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
const query = new URLSearchParams(location.search);
const language = query.get('language') ?? undefined;
const embedded = window.parent !== window;
const tokens = new Map<number, (token: string) => void>();
let asked = 0;

// A page inside a page is told by its port only.
const native = embedded ? undefined : bridge();
let tell = (_message: ToHost): void => {};

// Listened for before the app is fetched: the page greets as soon as this document is there.
const greeted = new Promise<MessagePort>((resolve) => {
  const hearGreeting = ({ source, data, ports: [port] }: MessageEvent) => {
    if (source !== window.parent || data !== greeting || !port) return;
    removeEventListener('message', hearGreeting);
    resolve(port);
  };
  addEventListener('message', hearGreeting);
});

// By its written address, so that page and frame share the one chunk of the app.
const { mount } = (await import(/* @vite-ignore */ appUrl)) as { mount: Mount };
const run = mount({
  host,
  root,
  launcher,
  server: location.origin,
  language,
  color: query.get('color') ?? undefined,
  removed() {},
  full: true,
  ...(native && { openUrl: (url: string) => tell({ kind: 'openUrl', url }) }),
});
for (const name of events) {
  run([
    'on',
    name,
    (detail) => tell({ kind: 'event', name: name satisfies HostEventName, detail }),
  ]);
}
new MutationObserver(tellLabel).observe(launcher, { attributeFilter: ['aria-label'] });

function tellLabel(): void {
  tell({ kind: 'label', text: launcher.ariaLabel ?? '' });
}

/** The host's function cannot come here: it is asked each time. */
function askToken(): Promise<string> {
  asked += 1;
  const n = asked;
  const { promise, resolve } = Promise.withResolvers<string>();
  tokens.set(n, resolve);
  tell({ kind: 'tokenRequest', n });
  return promise;
}

function hear(message: ToFrame): void {
  if (message.kind === 'call') run(message.call);
  else if (message.kind === 'identify') run(['identify', askToken]);
  else {
    tokens.get(message.n)?.(message.token);
    tokens.delete(message.n);
  }
}

if (embedded) {
  void greeted.then((port) => {
    tell = (message) => port.postMessage(message);
    port.addEventListener('message', (event) => hear(event.data as ToFrame));
    port.start();
    tell({ kind: 'ready' });
    tellLabel();
  });
} else {
  const call: HostFunction = (...made: HostCall) => run(made);
  window.kefu = call;
  if (native) {
    tell = (message) => native(JSON.stringify(message));
    tell({ kind: 'ready' });
  }
  run(['open']);
}

/** How a WebView's app is told: React Native's, iOS's or Android's way. */
function bridge(): ((text: string) => void) | undefined {
  const { ReactNativeWebView, webkit, KefuBridge } = window as unknown as {
    readonly ReactNativeWebView?: { postMessage(text: string): void };
    readonly KefuBridge?: { postMessage(text: string): void };
    readonly webkit?: {
      readonly messageHandlers?: { readonly kefu?: { postMessage(text: string): void } };
    };
  };
  const way = ReactNativeWebView ?? KefuBridge ?? webkit?.messageHandlers?.kefu;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
  return way && ((text) => way.postMessage(text));
}
