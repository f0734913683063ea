import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { CloseIcon } from '../icons.tsx';
import { useWorkspace } from '../workspace.ts';
import { useWords } from '../words.ts';

/** As the protocol has it. */
const tagPattern = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u;
const tagsMax = 20;

/** Tags in one field: Enter or a comma sets one, Backspace in the empty field takes the last one off. */
export function TagField({
  tags,
  change,
  id,
}: {
  readonly tags: readonly string[];
  readonly change: (tags: readonly string[]) => void;
  readonly id?: string;
}): ReactElement {
  const words = useWords();
  const known = useWorkspace()?.tags ?? [];
  const list = useId();
  const [text, setText] = useState('');
  function set(): void {
    const tag = text.trim().toLowerCase().replaceAll(/\s+/g, '-');
    if (!tagPattern.test(tag) || tags.length >= tagsMax) return;
    setText('');
    if (!tags.includes(tag)) change([...tags, tag]);
  }
  return (
    <span className="tag-field">
      {tags.map((tag) => (
        <span key={tag} className="tag">
          {tag}
          <button
            type="button"
            aria-label={words('tags.remove', { tag })}
            onClick={() => change(tags.filter((each) => each !== tag))}
          >
            <CloseIcon />
          </button>
        </span>
      ))}
      <input
        {...(id !== undefined && { id })}
        list={list}
        value={text}
        maxLength={40}
        placeholder={words('tags.add')}
        aria-label={words('tags.add')}
        onChange={(event) => setText(event.target.value)}
        onBlur={set}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if ((event.key === 'Enter' && text !== '') || event.key === ',') {
            event.preventDefault();
            set();
          } else if (event.key === 'Backspace' && text === '') {
            change(tags.slice(0, -1));
          }
        }}
      />
      <datalist id={list}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </span>
  );
}
