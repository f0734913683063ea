import { useEffect, useState } from 'preact/hooks';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

/** A cut that heals at once is nobody's business. */
const quietForMs = 1_500;

/** One quiet line for what concerns the whole chat: no connection, the place in the line. */
export function StateLine({ model, texts }: { readonly model: Model; readonly texts: Texts }) {
  const { phase, code, place } = model.chat.value;
  const [late, setLate] = useState(false);
  const away = phase === 'connecting' || phase === 'offline';
  useEffect(() => {
    if (!away) return setLate(false);
    const timer = setTimeout(() => setLate(true), quietForMs);
    return () => clearTimeout(timer);
  }, [away]);

  let line: string | undefined;
  if (phase === 'barred') line = texts.t(code === 'unsupported_version' ? 'reload' : 'barred');
  else if (model.tooMany.value) line = texts.t('tooMany');
  else if (away && late) line = texts.t(phase === 'offline' ? 'offline' : 'connecting');
  else if (place !== undefined) line = texts.t('place', { count: place });
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
