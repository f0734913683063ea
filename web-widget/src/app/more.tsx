import { Component } from 'preact';
import type { ComponentChildren } from 'preact';
import type { ConversationsReply, EventsReply, TicketsReply } from '../chat/index.ts';
import { toRows } from '../view/rows.ts';
import { dayNumber } from '../view/texts.ts';
import { dayNames } from '../view/weekdays.ts';
import { Icon } from './icons.tsx';
import type { ViewProps } from './log.tsx';
import { RowView } from './row.tsx';

export { default as css } from './more.css?inline';

const paths = {
  ticket: 'M4 7h16v3.2a2 2 0 0 0 0 3.6V17H4v-3.2a2 2 0 0 0 0-3.6zM14 7.5v9',
  past: 'M4 12a8 8 0 1 0 2.3-5.6L4 8.6M4 4v4.6h4.6M12 8v4.2l2.8 1.6',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 19.5h14',
  back: 'M14.5 5.5L8 12l6.5 6.5',
};

type Past = ConversationsReply['conversations'][number];
type Place = 'menu' | 'tickets' | 'past' | Past;

/** What is behind the three dots: one's tickets, earlier conversations, a copy to keep, when people answer. */
export class More extends Component<ViewProps, { readonly place: Place }> {
  override state: { readonly place: Place } = { place: 'menu' };

  #go(path: string, label: string, place: Place) {
    return (
      <button type="button" onClick={() => this.setState({ place })}>
        <Icon path={path} />
        {label}
      </button>
    );
  }
  override render(props: ViewProps, { place }: { readonly place: Place }) {
    const { texts } = props;
    if (place === 'menu') {
      return (
        <nav class="more" aria-label={texts.t('more')}>
          {this.#go(paths.ticket, texts.t('tickets'), 'tickets')}
          {this.#go(paths.past, texts.t('past'), 'past')}
          <Download {...props} />
          <Hours {...props} />
        </nav>
      );
    }
    return (
      <div class="more page" key={typeof place === 'string' ? place : place.conv}>
        <h3 tabIndex={-1} ref={focusOnce}>
          {typeof place === 'string' ? texts.t(place) : texts.moment(place.startedAtMs)}
        </h3>
        {place === 'tickets' && <Tickets {...props} />}
        {place === 'past' && (
          <PastList {...props} onPick={(past) => this.setState({ place: past })} />
        )}
        {typeof place !== 'string' && <PastView past={place} {...props} />}
        {this.#go(paths.back, texts.t('back'), typeof place === 'string' ? 'menu' : 'past')}
      </div>
    );
  }
}

/** A new page begins at its title; the same function each time, so that drawing it again moves nothing. */
function focusOnce(title: HTMLElement | null): void {
  title?.focus();
}

interface AskedProps<Reply> extends ViewProps {
  readonly path: string;
  readonly children: (reply: Reply) => ComponentChildren;
}

/** Asks once, says that it does or that it failed, and draws the answer. */
class Asked<Reply> extends Component<AskedProps<Reply>, { readonly reply?: Reply | 'failed' }> {
  override componentDidMount(): void {
    const { model, path } = this.props;
    void model.client
      .request(path)
      .then(({ status, body }) =>
        this.setState({ reply: status === 200 ? (body as Reply) : 'failed' }),
      );
  }
  override render(
    { texts, children }: AskedProps<Reply>,
    { reply }: { readonly reply?: Reply | 'failed' },
  ) {
    if (reply !== undefined && reply !== 'failed') return children(reply);
    return <p role="status">{texts.t(reply === 'failed' ? 'loadFailed' : 'loading')}</p>;
  }
}

function Tickets(props: ViewProps) {
  const { view, model, texts } = props;
  const { rich } = view.extras;
  if (!rich) {
    model.bring('rich');
    return <p role="status">{texts.t('loading')}</p>;
  }
  const path = `tickets?conv=${view.chat.conv}&language=${texts.language}`;
  return (
    <Asked<TicketsReply> key={path} {...props} path={path}>
      {({ tickets }) =>
        tickets.length === 0 ? (
          <p>{texts.t('noTickets')}</p>
        ) : (
          <ul>
            {tickets.map(({ id, card }) => (
              <li key={id}>{card.type === 'card' && <rich.Card block={card} />}</li>
            ))}
          </ul>
        )
      }
    </Asked>
  );
}

function PastList(props: ViewProps & { readonly onPick: (past: Past) => void }) {
  const { texts } = props;
  return (
    <Asked<ConversationsReply> {...props} path="conversations">
      {({ conversations }) => {
        const past = conversations.filter(({ current }) => !current);
        if (past.length === 0) return <p>{texts.t('noPast')}</p>;
        return (
          <ul>
            {past.map((one) => (
              <li key={one.conv}>
                <button type="button" onClick={() => props.onPick(one)}>
                  <Icon path={paths.past} />
                  <span class="name">
                    {texts.moment(one.lastAtMs)}
                    <small dir="auto">{one.preview}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        );
      }}
    </Asked>
  );
}

/** Read only: what was asked there is over. */
function PastView(props: ViewProps & { readonly past: Past }) {
  const { past, view, model, texts } = props;
  return (
    <Asked<EventsReply> {...props} path={`events?conv=${past.conv}&before=${past.seq + 1}`}>
      {({ events }) => (
        <ol>
          {toRows(events, [], (atMs) => String(dayNumber(atMs))).map((row) => (
            <RowView
              key={row.key}
              row={row.kind === 'message' ? { ...row, live: false } : row}
              model={model}
              texts={texts}
              extras={view.extras}
              agent={undefined}
              online
              conv={past.conv}
            />
          ))}
        </ol>
      )}
    </Asked>
  );
}

class Download extends Component<ViewProps, { readonly failed: boolean }> {
  override state = { failed: false };

  #save = async (): Promise<void> => {
    const { view, model, texts } = this.props;
    const path = `transcript?conv=${view.chat.conv}&format=html`;
    const { body } = await model.client.request(path, true);
    this.setState({ failed: !(body instanceof Blob) });
    if (!(body instanceof Blob)) return;
    const url = URL.createObjectURL(body);
    const link = document.createElement('a');
    link.href = url;
    link.download = `${texts.t('transcript')}.html`;
    link.click();
    // Once the download has its own hold on the bytes.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  override render({ texts }: ViewProps, { failed }: { readonly failed: boolean }) {
    return (
      <button type="button" onClick={() => void this.#save()}>
        <Icon path={paths.save} />
        <span class="name">
          {texts.t('download')}
          {failed && <small role="alert">{texts.t('loadFailed')}</small>}
        </span>
      </button>
    );
  }
}

function Hours({ view, texts }: ViewProps) {
  const { support } = view.config ?? {};
  if (!support) return null;
  const { staffed, hours, timeZone, opensAtMs } = support;
  return (
    <section>
      <h4>
        <Icon name="clock" />
        {texts.t('hours')}
      </h4>
      <p>
        {staffed
          ? texts.t('openNow')
          : opensAtMs !== undefined && texts.t('opensAt', { time: texts.moment(opensAtMs) })}
      </p>
      <ul>
        {hours.map(({ days, from, to }) => (
          <li key={`${days.join()}${from}`}>
            <span>{dayNames(texts.language, days)}</span> <bdi>{`${from}–${to}`}</bdi>
          </li>
        ))}
      </ul>
      <small>
        <bdi>{timeZone}</bdi>
      </small>
    </section>
  );
}
