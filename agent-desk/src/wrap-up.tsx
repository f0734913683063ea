import { useEffect, useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { letGo } from './conversation-acts.ts';
import { Dispositions } from './dispositions.tsx';
import { countdown } from './format.ts';
import { serviceNowMs } from './ui.ts';
import type { ListName } from './ui.ts';
import { useWords } from './words.ts';

/** Closed for the customer: for a while its agent can still say what came of it, then it ends by itself. */
export function WrapUp({
  list,
  conv,
  untilMs,
}: {
  readonly list: ListName;
  readonly conv: string;
  readonly untilMs: number | null;
}): ReactElement {
  const words = useWords();
  const [chosen, setChosen] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    void letGo(list, conv, {
      type: 'wrap_up',
      ...(chosen !== '' && { disposition: chosen }),
    });
  }
  return (
    <form className="composer wrap-up" onSubmit={submit}>
      <header>
        <b>{words('wrapUp.title')}</b>
        {untilMs !== null && <Left untilMs={untilMs} />}
      </header>
      <Dispositions chosen={chosen} choose={setChosen} compact />
      <div className="wrap-up-acts">
        <button type="submit" className="button button-primary" disabled={chosen === ''}>
          {words('wrapUp.submit')}
        </button>
      </div>
    </form>
  );
}

function Left({ untilMs }: { readonly untilMs: number }) {
  const words = useWords();
  const [leftMs, setLeftMs] = useState(() => untilMs - serviceNowMs());
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(untilMs - serviceNowMs()), 1000);
    return () => clearInterval(timer);
  }, [untilMs]);
  return <span className="quiet">{words('wrapUp.left', { time: countdown(leftMs) })}</span>;
}
