import { effect } from '@preact/signals';
import { render } from 'preact';
import type { Mount } from '../api.ts';
import { paletteOf } from '../view/theme.ts';
import css from './app.css?inline';
import { createModel } from './model.ts';
import type { Model } from './model.ts';
import { Panel } from './panel.tsx';

const liveKey = 'kefu.live';
const openKey = 'kefu.open';
const closeSign = 'M6 9.5l6 6 6-6';

/** Puts the chat beside the launcher, in the same shadow root. Connects when it is first opened, or at once when something is left to do. */
export const mount: Mount = ({ host, root, launcher, server, language, removed }) => {
  const adopt = (text: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return sheet;
  };
  adopt(css);
  const theme = adopt('');
  const place = root.appendChild(document.createElement('div'));
  place.className = 'place';
  const openSign = launcher.querySelector('path')?.getAttribute('d') ?? '';
  const badge = launcher.appendChild(document.createElement('span'));

  // Read before the effects below write them for this page.
  const wasOpenBefore = attempt(() => sessionStorage.getItem(openKey)) === '1';
  const wasBusyBefore = attempt(() => localStorage.getItem(liveKey)) === '1';
  const stops: (() => void)[] = [];
  const destroyed = () => {
    for (const stop of stops) stop();
    mark(false);
    keepOpen(false);
    render(null, place);
    host.remove();
    removed();
  };
  const model = createModel({ server, language, adopt, destroyed });
  render(<Panel model={model} />, place);

  stops.push(
    effect(() => theme.replaceSync(themeCss(model.config.value?.color))),
    effect(() => drawLauncher({ launcher, openSign }, badge, model)),
    effect(() => mark(isBusy(model))),
    effect(() => keepOpen(model.isOpen.value)),
    listen(window, 'online', () => model.client.wake()),
    listen(document, 'visibilitychange', () => {
      if (!document.hidden) model.client.wake();
    }),
    listen(window, 'storage', (event) => {
      if ((event as StorageEvent).key === 'kefu.visitor') model.client.visitorChanged();
    }),
    followKeyboard(adopt(''), model.isOpen),
  );
  let wasOpen = false;
  stops.push(
    effect(() => {
      const open = model.isOpen.value;
      // A modal dialog of the host page may have come on top since: the latest popover is uppermost.
      if (open && !wasOpen && host.popover) {
        host.hidePopover();
        host.showPopover();
      }
      if (!open && wasOpen) launcher.focus();
      wasOpen = open;
    }),
  );
  if (wasOpenBefore) model.run(['open']);
  else if (wasBusyBefore) model.client.start();
  return (call) => model.run(call);
};

function themeCss(color: string | undefined): string {
  const { fill, inkOnLight, inkOnDark } = paletteOf(color ?? '');
  return color === undefined
    ? ''
    : `:host{--fill:${fill};--ink-light:${inkOnLight};--ink-dark:${inkOnDark}}`;
}

function drawLauncher(
  { launcher, openSign }: { readonly launcher: HTMLButtonElement; readonly openSign: string },
  badge: HTMLElement,
  { isOpen, unread, texts }: Model,
): void {
  const count = unread.value;
  launcher.classList.toggle('opened', isOpen.value);
  launcher.ariaExpanded = String(isOpen.value);
  launcher.querySelector('path')?.setAttribute('d', isOpen.value ? closeSign : openSign);
  badge.className = 'badge';
  badge.hidden = count === 0;
  badge.textContent = count > 0 ? String(Math.min(count, 99)) : '';
  const words = texts.value;
  if (words) {
    const label = count > 0 ? words.t('launcherUnread', { count }) : words.t('launcher');
    launcher.ariaLabel = isOpen.value ? words.t('close') : label;
  }
}

function isBusy({ chat, counterpart, isOpen }: Model): boolean {
  const unsent = chat.value.outgoing.some((item) => item.state === 'sending');
  return isOpen.value || unsent || counterpart.value.by !== 'bot';
}

/** Tells the loader of the next page that the app is wanted at once. */
function mark(busy: boolean): void {
  attempt(() => (busy ? localStorage.setItem(liveKey, '1') : localStorage.removeItem(liveKey)));
}

/** An open panel stays open over the pages of one tab. */
function keepOpen(open: boolean): void {
  attempt(() => (open ? sessionStorage.setItem(openKey, '1') : sessionStorage.removeItem(openKey)));
}

function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}

function listen(target: EventTarget, name: string, run: (event: Event) => void): () => void {
  target.addEventListener(name, run);
  return () => target.removeEventListener(name, run);
}

/**
 * A phone's keyboard covers the lower half of the page without the layout noticing; only the visual
 * viewport tells. Its size goes into a sheet: strict policies forbid style attributes.
 */
function followKeyboard(sheet: CSSStyleSheet, isOpen: { readonly value: boolean }): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => {};
  const follow = () => {
    if (!isOpen.value) return;
    const { height, offsetTop } = viewport;
    sheet.replaceSync(`:host{--view-height:${height}px;--view-top:${offsetTop}px}`);
  };
  const stops = [
    listen(viewport, 'resize', follow),
    listen(viewport, 'scroll', follow),
    effect(follow),
  ];
  return () => stops.forEach((stop) => stop());
}
