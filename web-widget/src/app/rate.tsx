import { useId, useState } from 'preact/hooks';
import { commentLengthMax } from '../chat/index.ts';
import type { RateRow } from '../view/rows.ts';
import type { TextKey, Texts } from '../view/texts.ts';
import { focusComposer } from './blocks.tsx';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

const scores = [
  [1, 'rate1'],
  [2, 'rate2'],
  [3, 'rate3'],
  [4, 'rate4'],
  [5, 'rate5'],
] as const satisfies readonly (readonly [number, TextKey])[];

/** How a person's help was: five stars that are radio buttons, so that arrows and readers work as everywhere. */
export function Rate(props: {
  readonly row: RateRow;
  readonly model: Model;
  readonly texts: Texts;
}) {
  const { row, model, texts } = props;
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState('');
  const name = useId();
  if (row.state === 'given') {
    return (
      <li class="notice">
        <span>{texts.t('rateThanks')}</span>
      </li>
    );
  }
  const sending = row.state === 'sending';
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    if (score === 0 || sending) return;
    focusComposer(event.currentTarget);
    model.client.rate(score, comment.trim());
  };
  return (
    <li class="message first bot">
      <form class="form rate" onSubmit={submit}>
        <fieldset disabled={sending}>
          <legend>{texts.t('rateAsk')}</legend>
          <div class="stars">
            {scores.map(([value, key]) => (
              <label key={value} class={value <= score ? 'lit' : undefined} title={texts.t(key)}>
                <input
                  type="radio"
                  name={name}
                  value={value}
                  checked={value === score}
                  aria-label={texts.t(key)}
                  onChange={() => setScore(value)}
                />
                <Icon name="star" />
              </label>
            ))}
          </div>
          {score > 0 && (
            <>
              <p class="chosen">{texts.t(scores[score - 1]?.[1] ?? 'rate3')}</p>
              <textarea
                rows={2}
                dir={comment === '' ? undefined : 'auto'}
                maxLength={commentLengthMax}
                aria-label={texts.t('rateComment')}
                placeholder={texts.t('rateComment')}
                value={comment}
                onInput={({ currentTarget }) => setComment(currentTarget.value)}
              />
            </>
          )}
        </fieldset>
        {score > 0 && (
          <button type="submit" aria-disabled={sending}>
            {texts.t(sending ? 'sending' : 'send')}
          </button>
        )}
      </form>
    </li>
  );
}
