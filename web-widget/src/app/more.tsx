import { useEffect, useState } from 'preact/hooks';
import type { ConversationsReply, EventsReply, TicketsReply } from '../chat/index.ts';
import { toRows } from '../view/rows.ts';
import { dayNumber } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import type { ViewProps } from './log.tsx';
import { RowView } from './row.tsx';

export { default as css } from './more.css?inline';

type Past = ConversationsReply['conversations'][number];
type Place = 'menu' | 'tickets' | 'past' | Past;

/** What is behind the three dots: one's tickets, earlier conversations, a copy to keep, when people answer. */
export function More(props: ViewProps) {
  const { texts } = props;
  const [place, setPlace] = useState<Place>('menu');
  const go = (icon: IconName, label: string, to: Place) => (
    <button type="button" onClick={() => setPlace(to)}>
      <Icon name={icon} />
      {label}
    </button>
  );
  if (place === 'menu') {
    return (
      <nav class="more" aria-label={texts.t('more')}>
        {go('ticket', texts.t('tickets'), 'tickets')}
        {go('past', texts.t('past'), 'past')}
        <Download {...props} />
        <Hours {...props} />
      </nav>
    );
  }
  return (
    <div class="more page">
      <h3 tabIndex={-1} ref={(title) => title?.focus()}>
        {typeof place === 'string' ? texts.t(place) : texts.moment(place.startedAtMs)}
      </h3>
      {place === 'tickets' && <Tickets {...props} />}
      {place === 'past' && <PastList {...props} onPick={setPlace} />}
      {typeof place !== 'string' && <PastView past={place} {...props} />}
      {go('back', texts.t('back'), typeof place === 'string' ? 'menu' : 'past')}
    </div>
  );
}

/** What a request gives: nothing yet, the answer, or that it failed. */
function useAsked<Reply>({ model }: ViewProps, path: string) {
  const [reply, setReply] = useState<Reply | 'failed'>();
  useEffect(() => {
    void model.client
      .request(path)
      .then(({ status, body }) => setReply(status === 200 ? (body as Reply) : 'failed'));
  }, [path]);
  return reply;
}

function Coming({ reply, texts }: { readonly reply: 'failed' | undefined; readonly texts: Texts }) {
  return <p role="status">{texts.t(reply === 'failed' ? 'loadFailed' : 'loading')}</p>;
}

function Tickets(props: ViewProps) {
  const { view, model, texts } = props;
  const path = `tickets?conv=${view.chat.conv}&language=${texts.language}`;
  const reply = useAsked<TicketsReply>(props, path);
  const { rich } = view.extras;
  if (!rich) model.bring('rich');
  if (reply === undefined || reply === 'failed' || !rich) {
    return <Coming reply={reply === 'failed' ? reply : undefined} texts={texts} />;
  }
  if (reply.tickets.length === 0) return <p>{texts.t('noTickets')}</p>;
  return (
    <ul>
      {reply.tickets.map(({ id, card }) => (
        <li key={id}>{card.type === 'card' && <rich.Card block={card} />}</li>
      ))}
    </ul>
  );
}

function PastList(props: ViewProps & { readonly onPick: (past: Past) => void }) {
  const { texts } = props;
  const reply = useAsked<ConversationsReply>(props, 'conversations');
  if (reply === undefined || reply === 'failed') return <Coming reply={reply} texts={texts} />;
  const past = reply.conversations.filter(({ current }) => !current);
  if (past.length === 0) return <p>{texts.t('noPast')}</p>;
  return (
    <ul>
      {past.map((one) => (
        <li key={one.conv}>
          <button type="button" onClick={() => props.onPick(one)}>
            <Icon name="past" />
            <span class="name">
              {texts.moment(one.lastAtMs)}
              <small dir="auto">{one.preview}</small>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Read only: what was asked there is over. */
function PastView(props: ViewProps & { readonly past: Past }) {
  const { past, view, model, texts } = props;
  const reply = useAsked<EventsReply>(props, `events?conv=${past.conv}&before=${past.seq + 1}`);
  if (reply === undefined || reply === 'failed') return <Coming reply={reply} texts={texts} />;
  const rows = toRows(reply.events, [], (atMs) => String(dayNumber(atMs)));
  return (
    <ol>
      {rows.map((row) => (
        <RowView
          key={row.key}
          row={row.kind === 'message' ? { ...row, live: false } : row}
          model={model}
          texts={texts}
          extras={view.extras}
          agent={undefined}
          online
        />
      ))}
    </ol>
  );
}

function Download({ view, model, texts }: ViewProps) {
  const [failed, setFailed] = useState(false);
  const save = async () => {
    const path = `transcript?conv=${view.chat.conv}&format=html`;
    const { body } = await model.client.request(path, true);
    setFailed(!(body instanceof Blob));
    if (!(body instanceof Blob)) return;
    const url = URL.createObjectURL(body);
    const link = document.createElement('a');
    link.href = url;
    link.download = `${texts.t('transcript')}.html`;
    link.click();
    // Once the download has its own hold on the bytes.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <button type="button" onClick={() => void save()}>
      <Icon name="save" />
      <span class="name">
        {texts.t('download')}
        {failed && <small role="alert">{texts.t('loadFailed')}</small>}
      </span>
    </button>
  );
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
            <span>{texts.days(days)}</span> <bdi>{`${from}–${to}`}</bdi>
          </li>
        ))}
      </ul>
      <small>
        <bdi>{timeZone}</bdi>
      </small>
    </section>
  );
}
