import { useState } from 'preact/hooks';
import { textLengthMax } from '../chat/index.ts';
import type { Texts } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

/** The count is shown for the last of them only. */
const warnAtLeft = 200;

export function Composer({ model, texts }: { readonly model: Model; readonly texts: Texts }) {
  const [text, setText] = useState('');
  const left = textLengthMax - text.length;
  const barred = model.chat.value.phase === 'barred';
  const ready = text.trim() !== '' && !barred;

  const send = () => {
    if (!ready) return;
    model.say(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter takes the word; 229 is what some of them send with it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) {
      return;
    }
    event.preventDefault();
    send();
  };
  const onInput = (event: InputEvent & { readonly currentTarget: HTMLTextAreaElement }) => {
    setText(event.currentTarget.value);
    model.client.typing(event.currentTarget.value !== '');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="field">
        <textarea
          rows={1}
          dir={text === '' ? undefined : 'auto'}
          enterkeyhint="send"
          maxLength={textLengthMax}
          aria-label={texts.t('placeholder')}
          placeholder={texts.t('placeholder')}
          value={text}
          onInput={onInput}
          onKeyDown={onKeyDown}
          onBlur={() => model.client.typing(false)}
        />
        <button type="submit" class="send" aria-label={texts.t('send')} aria-disabled={!ready}>
          <Icon name="send" />
        </button>
      </div>
      <p class="hint">
        {left <= warnAtLeft ? (
          texts.t('charactersLeft', { count: left })
        ) : (
          <>
            <Icon name="shield" />
            {texts.t('safety')}
          </>
        )}
      </p>
    </form>
  );
}
