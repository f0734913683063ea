import { useEffect, useState } from 'preact/hooks';
import type { Place } from '../chat/index.ts';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { ViewProps } from './log.tsx';

/** A cut that heals at once is nobody's business. */
const quietForMs = 1_500;

/** One quiet line for what concerns the whole chat: no connection, the place in the line, a link that leads away. */
export function StateLine(props: ViewProps) {
  const { view, model, texts } = props;
  const { phase, code, place } = view.chat;
  const [late, setLate] = useState(false);
  const away = phase === 'connecting' || phase === 'offline';
  useEffect(() => {
    if (!away) return setLate(false);
    const timer = setTimeout(() => setLate(true), quietForMs);
    return () => clearTimeout(timer);
  }, [away]);

  const { leaving } = view;
  if (leaving !== undefined) {
    const stay = () => model.show({ leaving: undefined });
    return (
      <div class="state trouble" role="alert">
        <p>
          <Icon name="alert" />
          <span>{texts.t('leaving', { host: new URL(leaving).host })}</span>
        </p>
        <p class="ways">
          <a href={leaving} target="_blank" rel="noopener noreferrer nofollow" onClick={stay}>
            {texts.t('leavingGo')}
          </a>
          <button type="button" onClick={stay}>
            {texts.t('leavingStay')}
          </button>
        </p>
      </div>
    );
  }
  let line: string | undefined;
  if (phase === 'barred') line = texts.t(code === 'unsupported_version' ? 'reload' : 'barred');
  else if (view.tooMany) line = texts.t('tooMany');
  else if (away && late) line = texts.t(phase === 'offline' ? 'offline' : 'connecting');
  else if (place) line = placeLine(place, texts);
  else line = closedLine(props);
  const troubled = phase === 'barred' || (away && late);
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
