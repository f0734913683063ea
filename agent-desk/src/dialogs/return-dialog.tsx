import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { letGo } from '../conversation-acts.ts';
import { flowChoices, topicsOf } from '../status.ts';
import { useThreads } from '../threads.ts';
import type { ListName } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';

/** Gives it to the bot: at the start, or at a topic with what the customer had given for it. */
export function ReturnDialog({
  list,
  conv,
}: {
  readonly list: ListName;
  readonly conv: string;
}): ReactElement {
  const words = useWords();
  const name = useId();
  const [flow, setFlow] = useState('');
  const topics = topicsOf(useThreads(({ threads }) => threads[conv]?.events) ?? []);
  const others = flowChoices.filter((id) => !topics.includes(id));
  const radio = (id: string, label: string, first = false) => (
    <label key={id} className="target">
      <input
        type="radio"
        name={name}
        checked={flow === id}
        autoFocus={first}
        onChange={() => setFlow(id)}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <AskDialog
      name="return"
      title={words('return.title')}
      submitLabel={words('return.submit')}
      submit={() => letGo(list, conv, { type: 'return_to_bot', ...(flow !== '' && { flow }) })}
    >
      <p className="quiet">{words('return.hint')}</p>
      <div className="targets" role="radiogroup" aria-label={words('return.title')}>
        {radio('', words('return.start'), true)}
        {topics.map((id) => radio(id, nameOf('topic', id)))}
      </div>
      <label className="field">
        {words('return.other')}
        <select
          value={others.includes(flow) ? flow : ''}
          onChange={(event) => setFlow(event.target.value)}
        >
          <option value="">{words('return.none')}</option>
          {others.map((id) => (
            <option key={id} value={id}>
              {nameOf('topic', id)}
            </option>
          ))}
        </select>
      </label>
    </AskDialog>
  );
}
