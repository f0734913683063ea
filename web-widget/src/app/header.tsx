import { firstLetter } from '../view/texts.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import type { ViewProps } from './log.tsx';

export function Header(props: ViewProps) {
  const { view, model, texts } = props;
  const { by, name } = props.person;
  const brand = view.config?.brand ?? '';
  const role = { bot: 'assistant', queue: 'inQueue', agent: 'agentBadge' } as const;
  const title = (by === 'agent' ? name : undefined) ?? brand;
  const onMore = view.page === 'more';
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
        <Tool icon="person" label={texts.t('person')} onClick={() => model.askForPerson()} />
      )}
      <LanguageMenu {...props} />
      <Tool
        icon={onMore ? 'back' : 'more'}
        label={texts.t(onMore ? 'back' : 'more')}
        onClick={() => model.show({ page: onMore ? 'chat' : 'more' })}
      />
      <Tool icon="close" label={texts.t('close')} onClick={() => model.close()} />
    </header>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
}) {
  const { icon, label, onClick } = props;
  return (
    <button type="button" class={`tool ${icon}`} title={label} aria-label={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** The browser's own list, invisible over an icon: it opens rightly on every phone and with every reader. */
function LanguageMenu({ view, model, texts }: ViewProps) {
  const languages = view.config?.languages ?? [];
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
