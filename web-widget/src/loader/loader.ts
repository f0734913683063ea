import type { HostCall, HostFunction, Mount } from '../api.ts';
import css from './launcher.css?inline';

/*
 * The only thing a host page pays for before the visitor wants to chat: a button, and the queue of
 * `kefu(...)`. The app comes by `import()`, which also works where Trusted Types forbid an assigned
 * `script.src`. Shares no code with the app, otherwise the bundler would make a chunk for both.
 */
const script = document.currentScript as HTMLScriptElement;
const { server, language, color, position } = script.dataset;
const former = window.kefu;

if (!former || former.q)
  start([...(former?.q ?? [])].map((call) => [...call] as unknown as HostCall));

function start(queue: HostCall[]) {
  const host = document.createElement('kefu-chat');
  const root = host.attachShadow({ mode: 'open' });
  const launcher = root.appendChild(document.createElement('button'));
  let run: ((call: HostCall) => void) | undefined;
  let loading = false;

  const load = async () => {
    if (loading) return;
    loading = true;
    try {
      const { mount } = (await import(/* @vite-ignore */ appUrl)) as { mount: Mount };
      run = mount({
        host,
        root,
        launcher,
        server: server || new URL(script.src).origin,
        language: language || undefined,
        removed: () => delete window.kefu,
      });
      queue.splice(0).forEach(run);
    } catch {
      // No network: the next click tries again.
      loading = false;
    }
  };
  const call: HostFunction = (...call) => {
    if (run) return run(call);
    queue.push(call);
    if (call[0] === 'open') void load();
  };
  window.kefu = call;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + (/^#[\da-f]{6}$/i.test(color ?? '') ? `:host{--fill:${color}}` : ''));
  root.adoptedStyleSheets = [sheet];
  launcher.type = 'button';
  launcher.className = position === 'left' ? 'launcher left' : 'launcher';
  launcher.ariaLabel = words(language || navigator.language);
  launcher.ariaExpanded = 'false';
  launcher.append(icon());
  launcher.addEventListener('click', () =>
    call(launcher.ariaExpanded === 'true' ? 'close' : 'open'),
  );
  for (const sign of ['pointerenter', 'focus']) launcher.addEventListener(sign, () => void load());

  const show = () => {
    document.body.append(host);
    if (host.showPopover) {
      // The top layer: no transform, overflow or z-index of the host page reaches it.
      host.popover = 'manual';
      host.showPopover();
    }
    // The app leaves this mark while it has something to do: unsent messages, a person in the line, an open panel.
    if (queue.some(([verb]) => verb === 'open') || marked()) void load();
  };
  if (document.body) show();
  else addEventListener('DOMContentLoaded', show);
}

function marked(): boolean {
  try {
    return localStorage.getItem('kefu.live') !== null;
  } catch {
    return false;
  }
}

function words(tag: string): string {
  const found = Object.keys(launcherWords).find((key) => key.slice(0, 2) === tag.slice(0, 2));
  return launcherWords[found ?? 'en'] ?? '';
}

function icon(): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  const path = svg.appendChild(document.createElementNS(namespace, 'path'));
  path.setAttribute(
    'd',
    'M20 11.5a8 8 0 0 1-11.6 7.1L4 20l1.4-4.2A8 8 0 1 1 20 11.5zM8.5 10h7M8.5 13.3h4.5',
  );
  return svg;
}
