import type { ReactElement } from 'react';
import { shortSpan } from './format.ts';
import { DueIcon } from './icons.tsx';
import type { DeskRow } from './protocol.ts';
import { useUi } from './ui.ts';
import { useWords } from './words.ts';

/** From here on what is owed is pressing. */
const soonMs = 2 * 60_000;

/** Count-down to what people owe the customer next; overdue, how long already. */
export function Due({ due }: { readonly due: NonNullable<DeskRow['due']> }): ReactElement {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  const leftMs = due.dueAtMs - nowMs;
  const late = leftMs < 0;
  const time = shortSpan(Math.abs(leftMs));
  const tone = late ? 'late' : leftMs < soonMs ? 'soon' : 'calm';
  return (
    <span
      className={`due due-${tone}`}
      title={words(`due.${late ? 'late.' : ''}${due.kind}`, { time })}
    >
      <span className="unseen">{words(`due.${late ? 'late.' : ''}${due.kind}`, { time })}</span>
      <DueIcon />
      <span aria-hidden="true">{late ? `−${time}` : time}</span>
    </span>
  );
}
