import { Component } from 'preact';
import type { Place } from '../chat/index.ts';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { ViewProps } from './log.tsx';
import type { View } from './model.ts';

/** A cut that heals at once is nobody's business. */
const quietForMs = 1_500;

/** One quiet line for what concerns the whole chat: no connection, the place in the line, a link that leads away. */
export class StateLine extends Component<ViewProps, { readonly late: boolean }> {
  override state = { late: false };
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.componentDidUpdate();
  }
  override componentDidUpdate(): void {
    const away = isAway(this.props.view);
    if (away) this.#timer ??= setTimeout(() => this.setState({ late: true }), quietForMs);
    else this.#stop();
    if (!away && this.state.late) this.setState({ late: false });
  }
  override componentWillUnmount(): void {
    this.#stop();
  }
  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  override render(props: ViewProps, { late }: { readonly late: boolean }) {
    const { view } = props;
    if (view.leaving !== undefined) return <Leaving href={view.leaving} {...props} />;
    const cut = late && isAway(view);
    const troubled = view.chat.phase === 'barred' || cut;
    const line = lineOf(props, cut);
    return (
      <div class={troubled ? 'state trouble' : 'state'} role="status">
        {line !== undefined && (
          <p>
            <Icon name={troubled ? 'alert' : 'clock'} />
            <span>{line}</span>
          </p>
        )}
      </div>
    );
  }
}

function isAway({ chat: { phase } }: View): boolean {
  return phase === 'connecting' || phase === 'offline';
}

function lineOf(props: ViewProps, cut: boolean): string | undefined {
  const { view, texts } = props;
  const { phase, code, place } = view.chat;
  if (phase === 'barred') return texts.t(code === 'unsupported_version' ? 'reload' : 'barred');
  if (view.hold) return texts.t(view.hold === 'waits' ? 'goesWithFiles' : 'filesHold');
  if (view.tooMany) return texts.t('tooMany');
  if (cut) return texts.t(phase === 'offline' ? 'offline' : 'connecting');
  return place ? placeLine(place, texts) : closedLine(props);
}

function Leaving({ href, model, texts }: ViewProps & { readonly href: string }) {
  const stay = () => model.show({ leaving: undefined });
  return (
    <div class="state trouble" role="alert">
      <p>
        <Icon name="alert" />
        <span>{texts.t('leaving', { host: new URL(href).host })}</span>
      </p>
      <p class="ways">
        <a href={href} target="_blank" rel="noopener noreferrer nofollow" onClick={stay}>
          {texts.t('leavingGo')}
        </a>
        <button type="button" onClick={stay}>
          {texts.t('leavingStay')}
        </button>
      </p>
    </div>
  );
}

function placeLine({ place, waitMinMs, waitMaxMs }: Place, texts: Texts): string {
  const line = texts.t('place', { count: place });
  if (waitMinMs === undefined || waitMaxMs === undefined) return line;
  const [from, to] = [texts.minutes(waitMinMs), texts.minutes(waitMaxMs)];
  const wait = from === to ? texts.t('waitAbout', { time: to }) : texts.t('wait', { from, to });
  return `${line} ${wait}`;
}

/** Only those who wait for a person need to know that nobody is there now. */
function closedLine({ view, texts, person }: ViewProps): string | undefined {
  const { staffed, opensAtMs } = view.config?.support ?? {};
  const waits = person.by === 'queue';
  if (!waits || staffed !== false || opensAtMs === undefined) return undefined;
  return texts.t('opensAt', { time: texts.moment(opensAtMs) });
}
