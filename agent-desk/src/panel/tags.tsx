import { useState } from 'react';
import type { ReactElement } from 'react';
import { api, asApiError } from '../api.ts';
import { errorText } from '../errors.ts';
import { queries } from '../lists.ts';
import type { DeskCustomer } from '../protocol.ts';
import { toast } from '../ui.ts';
import { useWords } from '../words.ts';
import { TagField } from './tag-field.tsx';

/** Tags of a conversation; a change shows at once and goes back when it is refused. */
export function Tags({
  conv,
  tags,
}: {
  readonly conv: string;
  readonly tags: readonly string[];
}): ReactElement {
  const words = useWords();
  const [hoped, setHoped] = useState<readonly string[] | null>(null);
  async function change(next: readonly string[]): Promise<void> {
    setHoped(next);
    const add = next.filter((tag) => !tags.includes(tag));
    const remove = tags.filter((tag) => !next.includes(tag));
    try {
      const { tags: now } = await api.tag(conv, { add, remove });
      queries.setQueryData<DeskCustomer>(
        ['customer', conv],
        (held) => held && { ...held, tags: now },
      );
      // What may be set is also what is in use.
      void queries.invalidateQueries({ queryKey: ['workspace'] });
    } catch (error) {
      toast('bad', errorText(asApiError(error)));
    } finally {
      setHoped(null);
    }
  }
  return (
    <section>
      <h3>{words('tags.title')}</h3>
      <TagField id="tag-input" tags={hoped ?? tags} change={(next) => void change(next)} />
    </section>
  );
}
