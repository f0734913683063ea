import {
  startTransition,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ReactElement, RefObject } from 'react';
import { DownIcon } from './icons.tsx';
import { OneLine } from './transcript-line.tsx';
import { linesOf } from './transcript-lines.ts';
import type { Line } from './transcript-lines.ts';
import { loadEarlier } from './threads.ts';
import type { Thread } from './threads.ts';
import { useWords } from './words.ts';

/** Drawn when a conversation opens: as many lines as fill the view, and more only once these are on the screen. */
const firstLines = () => Math.ceil(window.innerHeight / 56);
/** How many more are drawn above at a time. */
const moreLines = 40;
/** At the end so many lines need not stay drawn far above it. */
const linesMax = 300;
/** Nearer to the top than this, what is above is drawn or fetched. */
const nearTop = 400;

/**
 * Follows the newest message while the reader is at the end, keeps its place otherwise. The end is drawn first: what
 * lies above it comes when the end is painted, and as it is scrolled to.
 */
export function Transcript({
  thread,
  me,
}: {
  readonly thread: Thread;
  readonly me: string;
}): ReactElement {
  const words = useWords();
  const { conv, events, from, outgoing, readSeq, typing } = thread;
  const lines = useMemo(
    () => linesOf({ events, outgoing, readSeq, typing }),
    [events, outgoing, readSeq, typing],
  );
  const { shown, isAllHeld, showAbove, dropAbove } = useShown(lines);
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const hold = useKeptPlace(list, atEnd, shown);
  useEffect(() => {
    if (atEnd && shown.length > linesMax) dropAbove();
  }, [atEnd, shown, dropAbove]);
  function goUp(): void {
    const { current } = list;
    if (!current || current.scrollTop > nearTop) return;
    if (!isAllHeld) showAbove();
    else if (from > 1) void loadEarlier(conv);
  }
  // A page that is shorter than the view cannot be scrolled, and what comes in above may be short too.
  useEffect(() => {
    const timer = setTimeout(goUp, afterPaintMs);
    return () => clearTimeout(timer);
  }, [shown, from]);
  function scrolled(): void {
    const { current } = list;
    if (!current) return;
    setAtEnd(current.scrollHeight - current.scrollTop - current.clientHeight < 40);
    hold();
    goUp();
  }
  return (
    <div className="transcript">
      <div
        ref={list}
        className="transcript-list"
        onScroll={scrolled}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={words('conversation.transcript')}
      >
        <div className={isAllHeld && from === 1 ? undefined : 'transcript-lines-cut'}>
          {isAllHeld && <Top conv={conv} more={from > 1} />}
          {shown.map((line) => (
            <OneLine key={line.key} line={line} conv={conv} me={me} />
          ))}
        </div>
      </div>
      {!atEnd && (
        <button
          type="button"
          className="to-newest"
          onClick={() => setAtEnd(true)}
          aria-label={words('conversation.newest')}
        >
          <DownIcon />
        </button>
      )}
    </div>
  );
}

/** Long enough for the end to be painted, too short to be noticed by whoever scrolls up. */
const afterPaintMs = 60;

/** The lines from some position of the log on. By position, because pages that come in above move everything else. */
function useShown(lines: readonly Line[]) {
  const back = (from: number, count: number) => lines[Math.max(0, from - count)]?.pos ?? 0;
  const [fromPos, setFromPos] = useState(() => back(lines.length, firstLines()));
  const first = Math.max(
    0,
    lines.findIndex(({ pos }) => pos >= fromPos),
  );
  const shown = useMemo(() => lines.slice(first), [lines, first]);
  return {
    shown,
    isAllHeld: first === 0,
    showAbove: () => startTransition(() => setFromPos(back(first, moreLines))),
    dropAbove: () => setFromPos(back(lines.length, firstLines() + moreLines)),
  };
}

/**
 * After every change: at the end if the reader was there, otherwise where the reader was, by the topmost message that is
 * read: one above it may lose its head when a page with the same speaker comes in. The browser's own anchoring is off (not
 * all have it), so that nothing is set right twice. Gives what is to be called after scrolling.
 */
function useKeptPlace(
  list: RefObject<HTMLDivElement | null>,
  atEnd: boolean,
  shown: readonly Line[],
): () => void {
  const anchor = useRef<{ readonly element: HTMLElement; readonly top: number } | null>(null);
  const hold = useCallback(() => {
    const { current } = list;
    const element = current && topmostRead(current);
    anchor.current = element ? { element, top: element.offsetTop } : null;
  }, [list]);
  useLayoutEffect(() => {
    const { current } = list;
    if (!current) return;
    if (atEnd) current.scrollTop = current.scrollHeight;
    else if (anchor.current?.element.isConnected === true) {
      const moved = anchor.current.element.offsetTop - anchor.current.top;
      if (moved !== 0) current.scrollTop += moved;
    }
    hold();
  }, [list, hold, atEnd, shown]);
  // Also when the composer takes height away, and when a picture comes in.
  useLayoutEffect(() => {
    const { current } = list;
    if (!current || !atEnd) return undefined;
    const watch = new ResizeObserver(() => {
      current.scrollTop = current.scrollHeight;
    });
    watch.observe(current);
    if (current.firstElementChild) watch.observe(current.firstElementChild);
    return () => watch.disconnect();
  }, [list, atEnd]);
  return hold;
}

function topmostRead(list: HTMLElement): HTMLElement | undefined {
  const messages = [...list.querySelectorAll<HTMLElement>('article')];
  return messages.find(({ offsetTop }) => offsetTop >= list.scrollTop) ?? messages.at(-1);
}

function Top({ conv, more }: { readonly conv: string; readonly more: boolean }) {
  const words = useWords();
  if (!more) return <div className="line line-top quiet">{words('conversation.start')}</div>;
  return (
    <div className="line line-top">
      <button type="button" className="link" onClick={() => void loadEarlier(conv)}>
        {words('conversation.earlier')}
      </button>
    </div>
  );
}
