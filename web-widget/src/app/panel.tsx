import { useEffect, useRef } from 'preact/hooks';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import type { Model } from './model.ts';
import { StateLine } from './state-line.tsx';

const phone = '(max-width: 480px), (max-height: 420px)';
const focusable =
  'button:not(:disabled),textarea,input:not(:disabled),select,a[href],[tabindex="0"]';

/** The chat itself. A dialog beside the page on wide screens; over the whole page, and modal, on a phone. */
export function Panel({ model }: { readonly model: Model }) {
  const panel = useRef<HTMLDivElement>(null);
  const texts = model.texts.value;
  const ready = model.isOpen.value && texts !== undefined;
  const full = matchMedia(phone).matches;

  useEffect(() => {
    if (ready) panel.current?.querySelector('textarea')?.focus();
  }, [ready]);
  if (!ready) return null;

  const onKeyDown = (event: KeyboardEvent) => {
    // The page's own shortcuts must not fire while somebody writes here.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') model.close();
    else if (event.key === 'Tab' && full && panel.current) keepFocus(event, panel.current);
  };
  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-modal={full}
      aria-label={texts.t('panel')}
      lang={texts.language}
      dir={texts.direction}
      onKeyDown={onKeyDown}
    >
      <Header model={model} texts={texts} />
      <Log model={model} texts={texts} />
      <StateLine model={model} texts={texts} />
      <Composer model={model} texts={texts} />
    </div>
  );
}

function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const items = [...panel.querySelectorAll<HTMLElement>(focusable)];
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const from = event.shiftKey ? items[0] : items.at(-1);
  if (active !== from) return;
  event.preventDefault();
  (event.shiftKey ? items.at(-1) : items[0])?.focus();
}
