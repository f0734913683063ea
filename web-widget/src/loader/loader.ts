import type { HostCall, HostFunction, KefuOptions } from '../api.ts';
import type { Mount } from '../mounting.ts';
import css from './launcher.css?inline';

/*
 * The only thing a host page pays for before the visitor wants to chat: a button, and the queue of
 * `kefu(...)`. The app comes by `import()`, which also works where Trusted Types forbid an assigned
 * `script.src`. Shares no code with the app, otherwise the bundler would make a chunk for both.
 *
 * Built twice from this file: as a module with the export below, and as a plain script, where it starts itself.
 */

/** Puts the button on the page. What it gives takes the same calls as `window.kefu`. */
export function createKefu(options: KefuOptions, removed = () => {}): HostFunction {
  const { server, language } = options;
  // As the service put it into this file; a copy from elsewhere has what the app kept from an earlier page.
  const [served, position, icon] = servedLook.split(',');
  const look = { ...(position ? { color: served, position, icon } : keptLook()), ...options };
  const queue: HostCall[] = [];
  const host = document.createElement('kefu-chat');
  const root = host.attachShadow({ mode: 'open' });
  const launcher = root.appendChild(document.createElement('button'));
  let run: ((call: HostCall) => void) | undefined;
  let loading = false;

  const load = async () => {
    if (loading) return;
    loading = true;
    try {
      const { mount } = (await (options.mode === 'frame'
        ? import(/* @vite-ignore */ frameHostUrl)
        : import(/* @vite-ignore */ appUrl))) as { mount: Mount };
      run = mount({ host, root, launcher, server, language, color: options.color, removed });
      queue.splice(0).forEach(run);
    } catch {
      // No network: the next click tries again.
      loading = false;
    }
  };
  const call: HostFunction = (...made) => {
    if (run) return run(made);
    queue.push(made);
    if (made[0] === 'open') void load();
    if (made[0] === 'destroy') {
      host.remove();
      removed();
    }
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    css + (/^#[\da-f]{6}$/i.test(look.color ?? '') ? `:host{--fill:${look.color}}` : ''),
  );
  root.adoptedStyleSheets = [sheet];
  launcher.type = 'button';
  launcher.className = look.position === 'left' ? 'launcher left' : 'launcher';
  launcher.ariaLabel = words(language ?? navigator.language);
  launcher.ariaExpanded = 'false';
  launcher.append(drawing(icons[look.icon as keyof typeof icons] ?? icons.chat));
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
    if (kept('live') || queue.some(([verb]) => verb === 'open')) void load();
  };
  if (document.body) show();
  else addEventListener('DOMContentLoaded', show);
  return call;
}

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`kefu.${name}`);
  } catch {
    return null;
  }
}

/** As the operator wants the button; the app has kept it from an earlier page. */
function keptLook(): Pick<KefuOptions, 'color' | 'position' | 'icon'> {
  try {
    return JSON.parse(kept('look') ?? '{}') as Pick<KefuOptions, 'color'>;
  } catch {
    return {};
  }
}

function words(tag: string): string {
  const found = Object.keys(launcherWords).find((key) => key.slice(0, 2) === tag.slice(0, 2));
  return launcherWords[found ?? 'en'] ?? '';
}

const icons = {
  chat: 'M20 11.5a8 8 0 0 1-11.6 7.1L4 20l1.4-4.2A8 8 0 1 1 20 11.5zM8.5 10h7M8.5 13.3h4.5',
  help: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2q-1.1.6-1.1 1.8M12 16.6v.1',
  person:
    'M4.5 13.5V12a7.5 7.5 0 0 1 15 0v1.5M4.5 13h2.3v5H4.5zM19.5 13h-2.3v5h2.3zM18.5 18c0 1.7-1.5 2.5-4 2.5',
};

function drawing(d: string): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.appendChild(document.createElementNS(namespace, 'path')).setAttribute('d', d);
  return svg;
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { server = new URL(script.src).origin, ...data } = script.dataset;
  const former = window.kefu;
  const waiting = former?.q ?? [];
  if (!former || former.q) {
    const made = (window.kefu = createKefu({ server, ...data }, () => delete window.kefu));
    for (const call of waiting) made(...([...call] as unknown as HostCall));
  }
}
