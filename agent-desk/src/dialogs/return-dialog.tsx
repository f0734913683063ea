import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { api } from '../api.ts';
import { letGo } from '../conversation-acts.ts';
import { useSettings } from '../settings.ts';
import { topicsOf } from '../status.ts';
import { useThreads } from '../threads.ts';
import type { OpenAt } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';

/** Gives it to the bot: at the start, or at a topic with what the customer had given for it. */
export function ReturnDialog({ list, conv }: OpenAt): ReactElement {
  const words = useWords();
  const name = useId();
  const [flow, setFlow] = useState('');
  const topics = topicsOf(useThreads(({ threads }) => threads[conv]?.events) ?? []);
  const language = useSettings((settings) => settings.language);
  const { data } = useQuery({
    queryKey: ['flows', language],
    queryFn: () => api.flows(language),
    staleTime: 5 * 60_000,
  });
  const others = (data?.flows ?? []).filter(({ id }) => !topics.includes(id));
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
          value={others.some(({ id }) => id === flow) ? flow : ''}
          onChange={(event) => setFlow(event.target.value)}
        >
          <option value="">{words('return.none')}</option>
          {others.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
    </AskDialog>
  );
}
