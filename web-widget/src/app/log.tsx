import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keepSame, toRows } from '../view/rows.ts';
import type { Counterpart, Row } from '../view/rows.ts';
import { dayNumber } from '../view/texts.ts';
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

/** The newest rows; what has not changed is the same object as before. */
function useRows({ chat, shown, rating }: View): readonly Row[] {
  const former = useRef<readonly Row[]>([]);
  const { transcript, outgoing, readSeq, secret } = chat;
  const around = { readSeq, secret, rating };
  const day = (atMs: number) => String(dayNumber(atMs));
  const rows = toRows(transcript.events.slice(-shown), outgoing, day, around);
  former.current = keepSame(former.current, rows.slice(-shown));
  return former.current;
}

/**
 * The transcript. A screen reader is told what comes in while it is read, not the history: the region is
 * silent until the first page stands and while older pages are put in front.
 */
export function Log(props: ViewProps) {
  const { view, model, texts, person } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const [announces, setAnnounces] = useState(false);
  const rows = useRows(view);
  const { loaded, typing, outgoing, transcript, phase } = view.chat;
  const agent = person.name;
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
    if (atEnd.current && !document.hidden) model.looked();
  }, [transcript.last, phase]);
  useLayoutEffect(() => {
    const log = box.current;
    const list = log?.querySelector('ol');
    if (!log || !list) return undefined;
    // What grows later (a card that had to be fetched, files that are picked, a turned phone) must not push the end out of sight.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(log);
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
    if (!atEnd.current) return;
    setBelow(false);
    model.looked();
  };
  const showOlder = async () => {
    setAnnounces(false);
    await model.showOlder();
    requestAnimationFrame(() => setAnnounces(true));
  };
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  const hasOlder = transcript.events.length > view.shown || transcript.from > 1;
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
        {hasOlder && (
          <button type="button" class="older" onClick={() => void showOlder()}>
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
              agent={agent}
              online={phase === 'online'}
            />
          ))}
        </ol>
        {!loaded && rows.length === 0 && <Waiting />}
      </div>
      {typing && (
        <p class="typing">
          <Dots />
          <span>
            {texts.t('typing', { name: typing.name ?? speakerName(typing.who, agent, texts) })}
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
