import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { api } from '../api.ts';
import type { Mode } from '../drafts.ts';
import { directionOf } from '../direction.tsx';
import { languageName } from '../format.ts';
import type { DeskCanned } from '../protocol.ts';
import { useWords } from '../words.ts';

type Reply = DeskCanned['replies'][number];

/** Replies drawn at a time; more letters narrow them down. */
const shownMax = 8;

interface Canned {
  /** Fitting what stands after the `/`; null while nothing was asked for. */
  readonly fitting: readonly Reply[] | null;
  readonly active: Reply | undefined;
  readonly point: (index: number) => void;
  /** True when the key was for the menu. */
  readonly pressed: (event: KeyboardEvent, choose: (text: string) => void) => boolean;
}

/** Canned replies: a field that begins with `/` asks for them by title or words. */
export function useCanned(conv: string, mode: Mode, text: string): Canned {
  const asked = mode === 'reply' ? /^\/([^\n/]{0,40})$/.exec(text)?.[1] : undefined;
  const { data } = useQuery({
    queryKey: ['canned', conv],
    queryFn: () => api.canned(conv),
    enabled: asked !== undefined,
    staleTime: 60_000,
  });
  const [at, setAt] = useState(0);
  const [dismissed, setDismissed] = useState('');
  useEffect(() => setAt(0), [asked]);
  const fitting = useMemo(() => {
    if (asked === undefined || !data || dismissed === text) return null;
    return fittingTo(data.replies, asked).slice(0, shownMax);
  }, [data, asked, dismissed, text]);
  const active = fitting?.[Math.min(at, fitting.length - 1)];
  function pressed(event: KeyboardEvent, choose: (text: string) => void): boolean {
    if (!fitting || !active) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + fitting.length) % fitting.length);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(active.text);
    else if (event.key === 'Escape') setDismissed(text);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
  return { fitting, active, point: setAt, pressed };
}

function fittingTo(replies: readonly Reply[], asked: string): readonly Reply[] {
  const words = asked.toLowerCase().split(/\s+/);
  const fits = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const byTitle = replies.filter(({ id, title }) => fits(`${id} ${title}`));
  const byText = replies.filter((reply) => !byTitle.includes(reply) && fits(reply.text));
  return [...byTitle, ...byText];
}

export function CannedMenu({
  canned: { fitting, active, point },
  choose,
}: {
  readonly canned: Canned;
  readonly choose: (text: string) => void;
}): ReactElement | null {
  const words = useWords();
  if (!fitting) return null;
  if (fitting.length === 0) return <p className="canned canned-none">{words('canned.none')}</p>;
  return (
    <div className="canned" id="canned" role="listbox" aria-label={words('canned.title')}>
      {fitting.map((reply, index) => (
        <div
          key={reply.id}
          id={`canned-${reply.id}`}
          role="option"
          aria-selected={reply === active}
          className={reply === active ? 'canned-item canned-on' : 'canned-item'}
          onMouseMove={() => point(index)}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(reply.text)}
        >
          <b>{reply.title}</b>
          <span className="tag">{languageName(reply.language)}</span>
          <span className="canned-text" {...directionOf(reply.text)}>
            {reply.text}
          </span>
          {reply.missing.length > 0 && (
            <small>{words('canned.missing', { names: reply.missing.join(', ') })}</small>
          )}
        </div>
      ))}
    </div>
  );
}
