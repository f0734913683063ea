import { Component } from 'preact';
import { counterpart } from '../view/rows.ts';
import type { Counterpart } from '../view/rows.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import type { Model, View } from './model.ts';
import { StateLine } from './state-line.tsx';

const phone = matchMedia('(max-width: 480px), (max-height: 420px)');
const focusable = ':is(button,input,textarea,select):enabled,a[href],[tabindex="0"]';

export interface PanelProps {
  readonly view: View;
  readonly model: Model;
  /** The chat is all that the page is. */
  readonly full: boolean;
}

/** The chat itself. A dialog beside the page on wide screens; over the whole page, and modal, on a phone. */
export class Panel extends Component<PanelProps> {
  #panel: HTMLElement | null = null;
  #page: View['page'] | undefined;
  #person: Counterpart = { by: 'bot' };
  #personOf: unknown;

  #setPanel = (panel: HTMLElement | null): void => {
    this.#panel = panel;
  };
  override componentDidMount(): void {
    this.componentDidUpdate();
  }
  override componentDidUpdate(): void {
    const page = this.#panel ? this.props.view.page : undefined;
    if (page === this.#page) return;
    this.#page = page;
    const goal = page === 'chat' ? 'textarea' : '.tool.back';
    this.#panel?.querySelector<HTMLElement>(goal)?.focus();
  }
  get #covers(): boolean {
    return this.props.full || phone.matches;
  }
  #onKeyDown = (event: KeyboardEvent): void => {
    const { view, model } = this.props;
    // The page's own shortcuts must not fire while somebody writes here.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      if (view.leaving !== undefined) model.show({ leaving: undefined });
      else if (view.page === 'more') model.show({ page: 'chat' });
      else model.close();
    } else if (event.key === 'Tab' && this.#covers && this.#panel) keepFocus(event, this.#panel);
  };
  #onDrop = (event: DragEvent): void => {
    const { view, model } = this.props;
    event.preventDefault();
    if (view.config?.files) model.attach([...(event.dataTransfer?.files ?? [])]);
  };
  /** Who the customer is talking to: looked for again only when there is something new. */
  #speaker({ chat }: View): Counterpart {
    const { events } = chat.transcript;
    if (this.#personOf !== events) this.#person = counterpart(events);
    this.#personOf = events;
    return this.#person;
  }

  override render({ view, model, full }: PanelProps) {
    const { texts, page, extras } = view;
    if (!view.isOpen || !texts) return null;
    const props = { view, model, texts, person: this.#speaker(view) };
    if (page === 'more' && !extras.more) model.bring('more');
    return (
      <div
        ref={this.#setPanel}
        class={full ? 'panel full' : 'panel'}
        role="dialog"
        aria-modal={this.#covers}
        aria-label={texts.t('panel')}
        lang={texts.language}
        dir={texts.direction}
        onKeyDown={this.#onKeyDown}
        onDragOver={(event) => event.preventDefault()}
        onDrop={this.#onDrop}
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
}

function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const items = [...panel.querySelectorAll<HTMLElement>(focusable)];
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  const from = event.shiftKey ? items[0] : items.at(-1);
  if (active !== from) return;
  event.preventDefault();
  (event.shiftKey ? items.at(-1) : items[0])?.focus();
}
