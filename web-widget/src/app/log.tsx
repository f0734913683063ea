import { Component } from 'preact';
import { createRowWindow } from '../view/row-window.ts';
import type { Counterpart, Row } from '../view/rows.ts';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import { Intro } from './intro.tsx';
import type { Model, View } from './model.ts';
import { RowView, speakerName } from './row.tsx';

export interface ViewProps {
  readonly view: View;
  readonly model: Model;
  readonly texts: Texts;
  /** Who the customer is talking to. */
  readonly person: Counterpart;
}

/** This near to the end counts as being there. */
const nearEndPx = 80;

interface LogState {
  /** Something came below what is being read. */
  readonly below: boolean;
  readonly announces: boolean;
}

/**
 * The transcript. A screen reader is told what comes in while it is read, not the history: the region is
 * silent until the first page stands and while older pages are put in front.
 */
export class Log extends Component<ViewProps, LogState> {
  override state: LogState = { below: false, announces: false };
  readonly #window = createRowWindow();
  #box: HTMLElement | null = null;
  #rows: readonly Row[] = [];
  #atEnd = true;
  /** As it was drawn last. */
  #held = { first: '', last: '', typing: false, height: 0, seq: 0, phase: '', loaded: false };
  // What grows later (a card that had to be fetched, files that are picked, a turned phone) must not push the end out of sight.
  readonly #observer = new ResizeObserver(() => {
    if (this.#atEnd) this.#toEnd();
  });

  override componentDidMount(): void {
    const list = this.#box?.querySelector('ol');
    for (const grown of [this.#box, list]) if (grown) this.#observer.observe(grown);
    this.#drawn();
  }
  override componentDidUpdate(): void {
    this.#drawn();
  }
  override componentWillUnmount(): void {
    this.#observer.disconnect();
  }

  #drawn(): void {
    const { view, model } = this.props;
    const { loaded, transcript, phase, typing, outgoing } = view.chat;
    const log = this.#box;
    const former = this.#held;
    const [first = '', last = ''] = [this.#rows[0]?.key, this.#rows.at(-1)?.key];
    const isTyping = typing !== undefined;
    let { height } = former;
    if (log && (first !== former.first || last !== former.last || isTyping !== former.typing)) {
      if (this.#atEnd || outgoing.at(-1)?.message.cid === last) this.#toEnd();
      else if (first === former.first) this.setState({ below: true });
      // Older ones came in front: what was being read stays where it was.
      else log.scrollTop += log.scrollHeight - height;
      height = log.scrollHeight;
    }
    const { last: seq } = transcript;
    this.#held = { first, last, typing: isTyping, height, seq, phase, loaded };
    const isNews = seq !== former.seq || phase !== former.phase;
    if (isNews && this.#atEnd && !document.hidden) model.looked();
    if (loaded === former.loaded) return;
    if (loaded) this.#announceSoon();
    else this.setState({ announces: false });
  }
  /** Once what has just been put there stands. */
  #announceSoon(): void {
    requestAnimationFrame(() => {
      if (this.#box) this.setState({ announces: this.props.view.chat.loaded });
    });
  }
  #setBox = (box: HTMLElement | null): void => {
    this.#box = box;
  };
  #toEnd = (): void => {
    if (this.#box) this.#box.scrollTop = this.#box.scrollHeight;
  };
  #onScroll = (): void => {
    const log = this.#box;
    if (!log) return;
    this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEndPx;
    if (!this.#atEnd) return;
    if (this.state.below) this.setState({ below: false });
    this.props.model.looked();
  };
  #showOlder = async (): Promise<void> => {
    this.setState({ announces: false });
    await this.props.model.showOlder();
    this.#announceSoon();
  };

  override render(props: ViewProps, { below, announces }: LogState) {
    const { view, model, texts, person } = props;
    const { loaded, typing, transcript, phase } = view.chat;
    const rows = (this.#rows = this.#window.rows(view, this.#atEnd));
    const hasOlder = this.#window.cut || transcript.from > 1;
    return (
      <div class="middle">
        <div
          ref={this.#setBox}
          class="log"
          role="log"
          aria-live={announces ? 'polite' : 'off'}
          aria-relevant="additions"
          aria-label={texts.t('transcript')}
          aria-busy={!loaded}
          tabIndex={0}
          onScroll={this.#onScroll}
        >
          {hasOlder && (
            <button type="button" class="older" onClick={() => void this.#showOlder()}>
              {texts.t('older')}
            </button>
          )}
          {!hasOlder && loaded && <Intro {...props} />}
          <ol>
            {rows.map((row) => (
              <RowView
                key={row.key}
                row={row}
                model={model}
                texts={texts}
                extras={view.extras}
                agent={person.name}
                online={phase === 'online'}
              />
            ))}
          </ol>
          {!loaded && rows.length === 0 && <Three class="waiting" />}
        </div>
        {typing && (
          <p class="typing">
            <Three class="dots" />
            <span>
              {texts.t('typing', {
                name: typing.name ?? speakerName(typing.who, person.name, texts),
              })}
            </span>
          </p>
        )}
        {below && (
          <button type="button" class="below" onClick={this.#toEnd}>
            <Icon name="down" />
            {texts.t('newBelow')}
          </button>
        )}
      </div>
    );
  }
}

/** Three signs that something is on its way: the dots of who writes, the shapes of messages to come. */
function Three(props: { readonly class: 'dots' | 'waiting' }) {
  return (
    <span {...props} aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
