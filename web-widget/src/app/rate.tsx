import { Component } from 'preact';
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

const star = 'M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7L12 16.8l-5.1 2.7 1-5.7-4.1-4 5.7-.8z';

interface RateProps {
  readonly row: RateRow;
  readonly model: Model;
  readonly texts: Texts;
}

interface RateState {
  readonly score: number;
  readonly comment: string;
}

/** How a person's help was: five stars that are radio buttons, so that arrows and readers work as everywhere. */
export class Rate extends Component<RateProps, RateState> {
  override state: RateState = { score: 0, comment: '' };

  #submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const { row, model } = this.props;
    const { score, comment } = this.state;
    if (score === 0 || row.state === 'sending') return;
    focusComposer(event.currentTarget);
    model.client.rate(score, comment.trim());
  };

  override render({ row, texts }: RateProps, { score, comment }: RateState) {
    if (row.state === 'given') {
      return (
        <li class="notice">
          <span>{texts.t('rateThanks')}</span>
        </li>
      );
    }
    const sending = row.state === 'sending';
    return (
      <li class="message first bot">
        <form class="form rate" onSubmit={this.#submit}>
          <fieldset disabled={sending}>
            <legend>{texts.t('rateAsk')}</legend>
            <div class="stars">
              {scores.map(([value, key]) => (
                <label key={value} class={value <= score ? 'lit' : undefined} title={texts.t(key)}>
                  <input
                    type="radio"
                    name={row.key}
                    value={value}
                    checked={value === score}
                    aria-label={texts.t(key)}
                    onChange={() => this.setState({ score: value })}
                  />
                  <Icon path={star} />
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
                  onInput={({ currentTarget }) => this.setState({ comment: currentTarget.value })}
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
}
