import type { HostCall, HostEventName, HostListener, UserToken } from '../api.ts';
import type { Mount, MountOptions } from '../mounting.ts';
import css from './frame-host.css?inline';
import type { Greeting, ToFrame, ToHost } from './messages.ts';

const greeting: Greeting = 'kefu.frame';
const openKey = 'kefu.open';
const liveKey = 'kefu.live';

/**
 * The host page's half of the frame mode: an `<iframe>` of the service's `frame.html` beside the launcher, and a
 * `MessageChannel` to it. The port is handed to the service's exact origin and to nobody else; the address has
 * neither a token nor anything about the person in it. Scripts of the page cannot read what is said inside.
 */
export const mount: Mount = (options) => {
  const { host, root, launcher, server } = options;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const frame = frameOf(options);
  const { port1: port, port2: theirs } = new MessageChannel();
  const tell = (message: ToFrame) => port.postMessage(message);
  const listeners = new Map<HostEventName, Set<HostListener>>();
  let userToken: UserToken | undefined;
  let waiting: ToFrame[] | undefined = [];
  const send = (message: ToFrame) => void (waiting ? waiting.push(message) : tell(message));

  const show = (open: boolean) => {
    frame.hidden = !open;
    launcher.classList.toggle('opened', open);
    launcher.ariaExpanded = String(open);
    keepOpen(open);
    if (!open) return launcher.focus();
    bringToTop(host);
    frame.focus();
  };
  const hear = (message: ToHost) => {
    switch (message.kind) {
      case 'ready':
        for (const held of waiting ?? []) tell(held);
        waiting = undefined;
        return;
      case 'label':
        launcher.ariaLabel = message.text;
        frame.title = message.text;
        return;
      case 'event':
        if (message.name === 'open' || message.name === 'close') show(message.name === 'open');
        if (message.name === 'unread') badge(launcher, message.detail);
        for (const listener of listeners.get(message.name) ?? []) listener(message.detail);
        return;
      case 'tokenRequest':
        void resolve(userToken).then((token) => tell({ kind: 'token', n: message.n, token }));
        // One in hand is good for one session.
        if (typeof userToken === 'string') userToken = undefined;
        return;
      default:
    }
  };
  port.addEventListener('message', ({ data }) => hear(data as ToHost));
  port.start();
  frame.addEventListener('load', () => {
    // Exactly the service: whatever else the frame might have been led to hears nothing.
    if (waiting) frame.contentWindow?.postMessage(greeting, new URL(server).origin, [theirs]);
  });
  root.append(frame);
  if (wasOpen()) send({ kind: 'call', call: ['open'] });

  return (call: HostCall) => {
    if (call[0] === 'identify') {
      [, userToken] = call;
      send({ kind: 'identify' });
    } else if (call[0] === 'on') {
      listeners.set(call[1], (listeners.get(call[1]) ?? new Set<HostListener>()).add(call[2]));
    } else if (call[0] === 'destroy') destroy(options, port);
    else {
      if (call[0] === 'open') show(true);
      if (call[0] === 'logout') userToken = undefined;
      send({ kind: 'call', call });
    }
  };
};

function frameOf({ launcher, server, language, color }: MountOptions): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.className = 'frame';
  frame.hidden = true;
  frame.title = launcher.ariaLabel ?? '';
  frame.allow = 'clipboard-write';
  const query = new URLSearchParams({ ...(language && { language }), ...(color && { color }) });
  frame.src = `${server}/frame.html?${query}`;
  return frame;
}

/** A modal dialog of the host page may have come on top since: the latest popover is uppermost. */
function bringToTop(host: HTMLElement): void {
  if (!host.popover) return;
  host.hidePopover();
  host.showPopover();
}

function destroy({ host, removed }: MountOptions, port: MessagePort): void {
  port.close();
  host.remove();
  removed();
}

/** An open panel stays open over the pages of one tab; the loader brings it at once then. */
function keepOpen(open: boolean): void {
  try {
    if (open) {
      sessionStorage.setItem(openKey, '1');
      localStorage.setItem(liveKey, '1');
    } else {
      sessionStorage.removeItem(openKey);
      localStorage.removeItem(liveKey);
    }
  } catch {
    // Storage is forbidden here: it will be closed on the next page.
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(openKey) !== null;
  } catch {
    return false;
  }
}

function badge(launcher: HTMLButtonElement, detail: unknown): void {
  const { count } = detail as { readonly count: number };
  const shown =
    launcher.querySelector('span') ?? launcher.appendChild(document.createElement('span'));
  shown.className = 'badge';
  shown.hidden = count === 0;
  shown.textContent = String(Math.min(count, 99));
}

async function resolve(token: UserToken | undefined): Promise<string> {
  try {
    return (typeof token === 'function' ? await token() : token) ?? '';
  } catch {
    return '';
  }
}
