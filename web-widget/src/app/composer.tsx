import { textLengthMax } from '../chat/index.ts';
import type { WidgetConfig } from '../chat/index.ts';
import { canSend } from './draft.ts';
import { Icon } from './icons.tsx';
import type { ViewProps } from './log.tsx';

/** The count is shown for the last of them only. */
const warnAtLeft = 200;

export function Composer(props: ViewProps) {
  const { view, model, texts } = props;
  const { draft: text, picked, hold, extras, config } = view;
  const ready = canSend(view) && hold === undefined;
  const files = config?.files;
  const left = textLengthMax - text.length;
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter takes the word; 229 is what some of them send with it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) {
      return;
    }
    event.preventDefault();
    model.sendDraft();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!files || pasted.length === 0) return;
    event.preventDefault();
    model.attach(pasted);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        model.sendDraft();
      }}
    >
      {picked.length > 0 &&
        (extras.files ? (
          <extras.files.Tray picked={picked} model={model} texts={texts} />
        ) : (
          <p class="hint">{texts.t('uploading')}</p>
        ))}
      <div class="field">
        {files && <Attach files={files} {...props} />}
        <textarea
          rows={1}
          dir={text === '' ? undefined : 'auto'}
          enterkeyhint="send"
          maxLength={textLengthMax}
          aria-label={texts.t('placeholder')}
          placeholder={texts.t('placeholder')}
          value={text}
          onInput={({ currentTarget }) => model.draft(currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
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

function Attach({
  files,
  view,
  model,
  texts,
}: ViewProps & { readonly files: NonNullable<WidgetConfig['files']> }) {
  return (
    <label class="tool attach" title={texts.t('attach')}>
      <Icon name="clip" />
      <input
        class="unseen"
        type="file"
        multiple
        accept={files.types.join()}
        aria-label={texts.t('attach')}
        disabled={view.picked.length >= files.perMessageMax}
        onChange={({ currentTarget: input }) => {
          model.attach([...(input.files ?? [])]);
          // The same file can be picked again.
          input.value = '';
        }}
      />
    </label>
  );
}
