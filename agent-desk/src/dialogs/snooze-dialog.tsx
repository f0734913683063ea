import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { letGo } from '../conversation-acts.ts';
import { shortWhen } from '../format.ts';
import { serviceNowMs } from '../ui.ts';
import type { OpenAt } from '../ui.ts';
import { useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';

const minuteMs = 60_000;
/** As the protocol has it: 31 days. */
const aheadMaxMs = 31 * 24 * 60 * minuteMs;
const morningHour = 9;

/** When it comes back; of an agent's own day, so in the agent's own time zone. */
const presets = [
  { id: 'twentyMinutes', at: (nowMs: number) => nowMs + 20 * minuteMs },
  { id: 'oneHour', at: (nowMs: number) => nowMs + 60 * minuteMs },
  { id: 'threeHours', at: (nowMs: number) => nowMs + 180 * minuteMs },
  { id: 'tomorrow', at: (nowMs: number) => morning(nowMs, 1) },
  { id: 'monday', at: (nowMs: number) => morning(nowMs, daysToMonday(nowMs)) },
] as const;

function morning(nowMs: number, days: number): number {
  const at = new Date(nowMs);
  at.setDate(at.getDate() + days);
  at.setHours(morningHour, 0, 0, 0);
  return at.getTime();
}

function daysToMonday(nowMs: number): number {
  return (8 - new Date(nowMs).getDay()) % 7 || 7;
}

export function SnoozeDialog({ list, conv }: OpenAt): ReactElement {
  const words = useWords();
  const name = useId();
  const [nowMs] = useState(serviceNowMs);
  const [chosen, setChosen] = useState<string>(presets[0].id);
  const [own, setOwn] = useState('');
  const preset = presets.find(({ id }) => id === chosen);
  const untilMs = preset ? preset.at(nowMs) : Date.parse(own);
  const valid = untilMs > nowMs && untilMs <= nowMs + aheadMaxMs;
  return (
    <AskDialog
      name="snooze"
      title={words('snooze.title')}
      submitLabel={words('snooze.submit')}
      disabled={!valid}
      submit={() => letGo(list, conv, { type: 'snooze', untilMs })}
    >
      <p className="quiet">{words('snooze.hint')}</p>
      <div className="targets" role="radiogroup" aria-label={words('snooze.title')}>
        {presets.map(({ id, at }, index) => (
          <label key={id} className="target">
            <input
              type="radio"
              name={name}
              checked={chosen === id}
              autoFocus={index === 0}
              onChange={() => setChosen(id)}
            />
            <span>
              {words(`snooze.${id}`)} <small>{shortWhen(at(nowMs), nowMs)}</small>
            </span>
          </label>
        ))}
        <label className="target">
          <input
            type="radio"
            name={name}
            checked={chosen === 'own'}
            onChange={() => setChosen('own')}
          />
          <span>{words('snooze.own')}</span>
        </label>
      </div>
      {chosen === 'own' && (
        <label className="field">
          {words('snooze.when')}
          <input
            type="datetime-local"
            value={own}
            onChange={(event) => setOwn(event.target.value)}
          />
        </label>
      )}
    </AskDialog>
  );
}
