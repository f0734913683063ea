import { Component } from 'preact';
import type { MessageRow, Notice, Row } from '../view/rows.ts';
import type { TextKey, Texts } from '../view/texts.ts';
import { BlockView } from './blocks.tsx';
import type { Extras } from './extras.ts';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

export interface RowProps {
  readonly row: Row;
  readonly model: Model;
  readonly texts: Texts;
  readonly extras: Extras;
  /** The agent that a nameless message is from. */
  readonly agent: string | undefined;
  readonly online: boolean;
  /** Whose line it is, if not the present conversation's. */
  readonly conv?: string;
}

/** One line of the transcript; drawn again only when it shows something else, however long the conversation is. */
export class RowView extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { row, texts, extras, agent, online } = this.props;
    const waits = row.kind === 'message' && row.sending !== undefined && online !== next.online;
    return (
      row !== next.row ||
      texts !== next.texts ||
      extras !== next.extras ||
      agent !== next.agent ||
      waits
    );
  }

  override render({ row, ...props }: RowProps) {
    const { texts, model, extras } = props;
    switch (row.kind) {
      case 'day':
        return <li class="day">{texts.day(row.atMs, Date.now())}</li>;
      case 'notice':
        return <NoticeView notice={row.notice} name={row.name} texts={texts} />;
      case 'rate':
        if (extras.rich) return <extras.rich.Rate row={row} model={model} texts={texts} />;
        model.bring('rich');
        return <li class="coming" />;
      default:
        return <MessageView row={row} {...props} />;
    }
  }
}

function MessageView({ row, ...props }: RowProps & { readonly row: MessageRow }) {
  const { texts, model, extras, agent, conv } = props;
  const name = row.name ?? speakerName(row.from, agent, texts);
  if (row.files && !extras.files) model.bring('files');
  return (
    <li class={`message ${row.from}${row.first ? ' first' : ''}`}>
      {row.first && row.from === 'agent' ? (
        <p class="speaker">
          <b dir="auto">{name}</b>
          <span class="mark">
            <Icon name="check" />
            {texts.t('agentBadge')}
          </span>
        </p>
      ) : (
        <span class="unseen">{texts.t('says', { name })}</span>
      )}
      {row.blocks.map((block, index) => (
        <BlockView
          key={index}
          block={block}
          row={row}
          model={model}
          texts={texts}
          extras={extras}
        />
      ))}
      {row.files &&
        (extras.files ? (
          <extras.files.Files files={row.files} conv={conv} model={model} texts={texts} />
        ) : (
          <div class="coming" />
        ))}
      <Foot row={row} {...props} />
    </li>
  );
}

export function speakerName(
  from: MessageRow['from'],
  agent: string | undefined,
  texts: Texts,
): string {
  if (from === 'customer') return texts.t('you');
  return from === 'bot' ? texts.t('assistant') : (agent ?? texts.t('agentBadge'));
}

function NoticeView(props: {
  readonly notice: Notice;
  readonly name: string | undefined;
  readonly texts: Texts;
}) {
  const { notice, name, texts } = props;
  const key = noticeKey(notice, name !== undefined);
  return (
    <li class="notice">
      <span>{texts.t(key, { name: name ?? '' })}</span>
    </li>
  );
}

/** A person may have a name or not, when they join and when they leave. */
function noticeKey(notice: Notice, isNamed: boolean): TextKey {
  if (notice === 'accepted' && !isNamed) return 'acceptedNameless';
  return notice === 'closed' && isNamed ? 'closedBy' : notice;
}

function Foot({ row, model, texts, online }: RowProps & { readonly row: MessageRow }) {
  const { sending, atMs, key, receipt, last } = row;
  if (!sending) {
    return (
      <p class={receipt || last ? 'foot' : 'foot when'}>
        <time dateTime={new Date(atMs).toISOString()}>{texts.time(atMs)}</time>
        {receipt && (
          <>
            <Icon name={receipt === 'read' ? 'checks' : 'check'} />
            {texts.t(receipt)}
          </>
        )}
      </p>
    );
  }
  if (sending.state === 'failed') {
    return (
      <p class="foot failed">
        <Icon name="alert" />
        {texts.t('failed')}
        <button type="button" onClick={() => model.client.retry(key)}>
          {texts.t('retry')}
        </button>
        <button type="button" onClick={() => model.client.dismiss(key)}>
          {texts.t('discard')}
        </button>
      </p>
    );
  }
  const sent = sending.state === 'sent';
  return (
    <p class="foot going">
      <Icon name={sent ? 'check' : 'clock'} />
      {sent ? texts.t('sent') : texts.t(online ? 'sending' : 'waitingToSend')}
    </p>
  );
}
