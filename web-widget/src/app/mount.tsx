import { render } from 'preact';
import type { Mount } from '../mounting.ts';
import { counterpart } from '../view/rows.ts';
import { paletteOf } from '../view/theme.ts';
import css from './app.css?inline';
import { attempt } from './browser-ports.ts';
import { keys } from './fixed.ts';
import { createModel } from './model.ts';
import type { Model, View } from './model.ts';
import { Panel } from './panel.tsx';

const liveKey = `${keys}live`;
const openKey = `${keys}open`;
const closeSign = 'M6 9.5l6 6 6-6';

/** Puts the chat beside the launcher, in the same shadow root. Connects when it is first opened, or at once when something is left to do. */
export const mount: Mount = (options) => {
  const { host, root, launcher, full = false } = options;
  const adopt = (text: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return sheet;
  };
  adopt(css);
  const theme = adopt(themeCss(options.color));
  const place = root.appendChild(document.createElement('div'));
  place.className = 'place';
  const openSign = launcher.querySelector('path')?.getAttribute('d') ?? '';
  const badge = launcher.appendChild(document.createElement('span'));

  // Read before they are written for this page.
  const wasOpenBefore = attempt(() => sessionStorage.getItem(openKey)) === '1';
  const wasBusyBefore = attempt(() => localStorage.getItem(liveKey)) === '1';
  const stops: (() => void)[] = [];
  const destroyed = () => {
    for (const stop of stops) stop();
    mark(false);
    keepOpen(false);
    render(null, place);
    host.remove();
    options.removed();
  };
  let marked = wasBusyBefore;
  const mark = (busy: boolean) => {
    if (busy !== marked) keepBusy(busy);
    marked = busy;
  };
  const model = createModel({ ...options, adopt, destroyed });
  let drawn: View | undefined;
  const draw = (view: View) => {
    const opened = view.isOpen && !drawn?.isOpen;
    const closed = !view.isOpen && drawn?.isOpen;
    if (drawn?.config !== view.config)
      theme.replaceSync(themeCss(options.color ?? view.config?.color));
    const former = drawn;
    drawn = view;
    render(<Panel view={view} model={model} full={full} />, place);
    // What is written to the page again, even unchanged, has the browser look at its styles again.
    if (
      former?.isOpen !== view.isOpen ||
      former.unread !== view.unread ||
      former.texts !== view.texts
    ) {
      drawLauncher(launcher, { openSign, badge }, view);
    }
    mark(isBusy(view));
    if (opened || closed) keepOpen(view.isOpen);
    if (opened) {
      // A modal dialog of the host page may have come on top since: the latest popover is uppermost.
      if (host.popover) {
        host.hidePopover();
        host.showPopover();
      }
      keyboard.follow();
    }
    if (closed) launcher.focus();
  };
  const keyboard = followKeyboard(adopt(''), () => model.store.get());
  draw(model.store.get());
  // A dialog of the page that keeps the focus inside it would take it from here at once.
  listen(root, 'focusin', (event) => event.stopPropagation());
  stops.push(() => keyboard.stop(), model.store.watch(draw), ...listenToPage(model));
  if (wasOpenBefore && !full) model.run(['open']);
  else if (wasBusyBefore) model.client.start();
  return (call) => model.run(call);
};

/** The page and the device come back, or another tab speaks for somebody else. */
function listenToPage({ client, store, looked }: Model): readonly (() => void)[] {
  return [
    listen(window, 'online', () => client.wake()),
    listen(document, 'visibilitychange', () => {
      if (document.hidden) return;
      client.wake();
      // What came while the page was hidden is drawn anew, and with that looked at.
      if (store.get().isOpen) looked();
    }),
    listen(window, 'storage', (event) => {
      if ((event as StorageEvent).key === `${keys}visitor`) client.visitorChanged();
    }),
  ];
}

function themeCss(color: string | undefined): string {
  const { fill, inkOnLight, inkOnDark } = paletteOf(color ?? '');
  return color === undefined
    ? ''
    : `:host{--fill:${fill};--ink-light:${inkOnLight};--ink-dark:${inkOnDark}}`;
}

function drawLauncher(
  launcher: HTMLButtonElement,
  { openSign, badge }: { readonly openSign: string; readonly badge: HTMLElement },
  { isOpen, unread: count, texts }: View,
): void {
  launcher.classList.toggle('opened', isOpen);
  launcher.ariaExpanded = String(isOpen);
  launcher.querySelector('path')?.setAttribute('d', isOpen ? closeSign : openSign);
  badge.className = 'badge';
  badge.hidden = count === 0;
  badge.textContent = count > 0 ? String(Math.min(count, 99)) : '';
  if (texts) {
    const label = count > 0 ? texts.t('launcherUnread', { count }) : texts.t('launcher');
    launcher.ariaLabel = isOpen ? texts.t('close') : label;
  }
}

function isBusy({ chat, isOpen, rating }: View): boolean {
  const unsent = rating || chat.outgoing.some((item) => item.state === 'sending');
  return isOpen || unsent || counterpart(chat.transcript.events).by !== 'bot';
}

/** Tells the loader of the next page that the app is wanted at once. */
function keepBusy(busy: boolean): void {
  attempt(() => (busy ? localStorage.setItem(liveKey, '1') : localStorage.removeItem(liveKey)));
}

/** An open panel stays open over the pages of one tab. */
function keepOpen(open: boolean): void {
  attempt(() => (open ? sessionStorage.setItem(openKey, '1') : sessionStorage.removeItem(openKey)));
}

function listen(target: EventTarget, name: string, run: (event: Event) => void): () => void {
  target.addEventListener(name, run);
  return () => target.removeEventListener(name, run);
}

/**
 * A phone's keyboard covers the lower half of the page without the layout noticing; only the visual
 * viewport tells. Its size goes into a sheet: strict policies forbid style attributes.
 */
function followKeyboard(sheet: CSSStyleSheet, view: () => View) {
  const viewport = window.visualViewport;
  if (!viewport) return { follow() {}, stop() {} };
  const follow = () => {
    if (!view().isOpen) return;
    const { height, offsetTop } = viewport;
    sheet.replaceSync(`:host{--view-height:${height}px;--view-top:${offsetTop}px}`);
  };
  const stops = ['resize', 'scroll'].map((name) => listen(viewport, name, follow));
  return { follow, stop: () => stops.forEach((stop) => stop()) };
}
