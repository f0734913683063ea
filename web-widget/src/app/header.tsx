import type { Texts } from '../view/texts.ts';
import { firstLetter } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

interface Props {
  readonly model: Model;
  readonly texts: Texts;
}

export function Header({ model, texts }: Props) {
  const { by, name } = model.counterpart.value;
  const brand = model.config.value?.brand ?? '';
  const role = { bot: 'assistant', queue: 'inQueue', agent: 'agentBadge' } as const;
  const title = (by === 'agent' ? name : undefined) ?? brand;
  return (
    <header>
      <span class="avatar" aria-hidden="true">
        {title ? firstLetter(title) : <Icon name="spark" />}
      </span>
      <div class="who">
        <h2>
          <bdi>{title || texts.t('panel')}</bdi>
        </h2>
        <p>
          {by === 'agent' && <Icon name="check" />}
          {texts.t(role[by])}
        </p>
      </div>
      {by === 'bot' && (
        <button
          type="button"
          class="tool"
          title={texts.t('person')}
          aria-label={texts.t('person')}
          onClick={() => model.askForPerson()}
        >
          <Icon name="person" />
        </button>
      )}
      <LanguageMenu model={model} texts={texts} />
      <button
        type="button"
        class="tool"
        title={texts.t('close')}
        aria-label={texts.t('close')}
        onClick={() => model.close()}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}

/** The browser's own list, invisible over an icon: it opens rightly on every phone and with every reader. */
function LanguageMenu({ model, texts }: Props) {
  const languages = model.config.value?.languages ?? [];
  if (languages.length < 2) return null;
  return (
    <label class="tool" title={texts.t('language')}>
      <Icon name="language" />
      <select
        aria-label={texts.t('language')}
        value={texts.language}
        onChange={(event) => model.chooseLanguage(event.currentTarget.value)}
      >
        {languages.map(({ tag, name }) => (
          <option key={tag} value={tag} lang={tag} selected={tag === texts.language}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
