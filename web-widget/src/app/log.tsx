import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageRow, Notice, Row } from '../view/rows.ts';
import type { TextKey, Texts } from '../view/texts.ts';
import { BlockView } from './blocks.tsx';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

interface Props {
  readonly model: Model;
  readonly texts: Texts;
}

/** This near to the end counts as being there. */
const nearEndPx = 80;

/**
 * The transcript. A screen reader is told what comes in while it is read, not the history: the region is
 * silent until the first page stands and while older pages are put in front.
 */
export function Log({ model, texts }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const [announces, setAnnounces] = useState(false);
  const rows = model.rows.value;
  const { loaded, typing, outgoing } = model.chat.value;
  const lastKey = rows.at(-1)?.key;
  const firstKey = rows[0]?.key;
  const held = useRef({ firstKey, height: 0 });

  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    if (atEnd.current || outgoing.at(-1)?.message.cid === lastKey) log.scrollTop = log.scrollHeight;
    else if (firstKey === held.current.firstKey) setBelow(true);
    // Older ones came in front: what was being read stays where it was.
    else log.scrollTop += log.scrollHeight - held.current.height;
    held.current = { firstKey, height: log.scrollHeight };
  }, [lastKey, firstKey, rows.length, typing !== undefined]);
  useLayoutEffect(() => {
    const list = box.current?.querySelector('ol');
    if (!list) return undefined;
    // What grows later (a card that had to be fetched, a turned phone) must not push the end out of sight.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(list);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (!loaded) return setAnnounces(false);
    const frame = requestAnimationFrame(() => setAnnounces(true));
    return () => cancelAnimationFrame(frame);
  }, [loaded]);

  const onScroll = () => {
    const log = box.current;
    if (!log) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < nearEndPx;
    if (atEnd.current) setBelow(false);
  };
  const showOlder = async () => {
    setAnnounces(false);
    await model.showOlder();
    requestAnimationFrame(() => setAnnounces(true));
  };
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  return (
    <div class="middle">
      <div
        ref={box}
        class="log"
        role="log"
        aria-live={announces ? 'polite' : 'off'}
        aria-relevant="additions"
        aria-label={texts.t('transcript')}
        aria-busy={!loaded}
        tabIndex={0}
        onScroll={onScroll}
      >
        {model.hasOlder.value && (
          <button type="button" class="older" onClick={() => void showOlder()}>
            {texts.t('older')}
          </button>
        )}
        <ol>
          {rows.map((row) => (
            <RowView key={row.key} row={row} model={model} texts={texts} />
          ))}
        </ol>
        {!loaded && rows.length === 0 && <Waiting />}
      </div>
      {typing && (
        <p class="typing">
          <Dots />
          <span>
            {texts.t('typing', { name: typing.name ?? speakerName(typing.who, model, texts) })}
          </span>
        </p>
      )}
      {below && (
        <button type="button" class="below" onClick={toEnd}>
          <Icon name="down" />
          {texts.t('newBelow')}
        </button>
      )}
    </div>
  );
}

function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

function Waiting() {
  return (
    <div class="waiting" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  );
}

function speakerName(from: MessageRow['from'], model: Model, texts: Texts): string {
  if (from === 'customer') return texts.t('you');
  return from === 'bot'
    ? texts.t('assistant')
    : (model.counterpart.value.name ?? texts.t('agentBadge'));
}

function RowView({ row, model, texts }: Props & { readonly row: Row }) {
  if (row.kind === 'day') {
    return <li class="day">{texts.day(row.atMs, Date.now())}</li>;
  }
  if (row.kind === 'notice')
    return <NoticeView notice={row.notice} name={row.name} texts={texts} />;
  const name = row.name ?? speakerName(row.from, model, texts);
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
        <BlockView key={index} block={block} row={row} model={model} texts={texts} />
      ))}
      <Foot row={row} model={model} texts={texts} />
    </li>
  );
}

function NoticeView(props: {
  readonly notice: Notice;
  readonly name: string | undefined;
  readonly texts: Texts;
}) {
  const { notice, name, texts } = props;
  const key: TextKey = notice === 'accepted' && name === undefined ? 'acceptedNameless' : notice;
  return (
    <li class="notice">
      <span>{texts.t(key, { name: name ?? '' })}</span>
    </li>
  );
}

function Foot({ row, model, texts }: Props & { readonly row: MessageRow }) {
  const { sending, atMs, key } = row;
  if (!sending) return <time dateTime={new Date(atMs).toISOString()}>{texts.time(atMs)}</time>;
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
  const online = model.chat.value.phase === 'online';
  if (sending.state === 'sent') return <p class="foot">{texts.t('sent')}</p>;
  return (
    <p class="foot">
      <Icon name="clock" />
      {texts.t(online ? 'sending' : 'waitingToSend')}
    </p>
  );
}
