import { useEffect, useMemo, useRef } from 'preact/hooks';
import { counterpart } from '../view/rows.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import type { Model, View } from './model.ts';
import { StateLine } from './state-line.tsx';

const phone = '(max-width: 480px), (max-height: 420px)';
const focusable =
  'button:not(:disabled),textarea,input:not(:disabled),select,a[href],[tabindex="0"]';

export interface PanelProps {
  readonly view: View;
  readonly model: Model;
  /** The chat is all that the page is. */
  readonly full: boolean;
}

/** The chat itself. A dialog beside the page on wide screens; over the whole page, and modal, on a phone. */
export function Panel({ view, model, full }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const { texts, page, extras } = view;
  const ready = view.isOpen && texts !== undefined;
  const covers = full || matchMedia(phone).matches;

  useEffect(() => {
    if (!ready) return;
    const goal = page === 'chat' ? 'textarea' : '.tool.back';
    panel.current?.querySelector<HTMLElement>(goal)?.focus();
  }, [ready, page]);
  const { events } = view.chat.transcript;
  const person = useMemo(() => counterpart(events), [events]);
  if (!ready) return null;

  const onKeyDown = (event: KeyboardEvent) => {
    // The page's own shortcuts must not fire while somebody writes here.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (view.leaving !== undefined) model.show({ leaving: undefined });
      else if (page === 'more') model.show({ page: 'chat' });
      else model.close();
    } else if (event.key === 'Tab' && covers && panel.current) keepFocus(event, panel.current);
  };
  const props = { view, model, texts, person };
  if (page === 'more' && !extras.more) model.bring('more');
  return (
    <div
      ref={panel}
      class={full ? 'panel full' : 'panel'}
      role="dialog"
      aria-modal={covers}
      aria-label={texts.t('panel')}
      lang={texts.language}
      dir={texts.direction}
      onKeyDown={onKeyDown}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (view.config?.files) model.attach([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Header {...props} />
      {page === 'more' ? (
        <div class="middle">{extras.more && <extras.more.More {...props} />}</div>
      ) : (
        <Log {...props} />
      )}
      <StateLine {...props} />
      {page === 'chat' && <Composer {...props} />}
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
