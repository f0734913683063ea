import { useState } from 'react';
import type { ReactElement } from 'react';
import { letGo } from '../conversation-acts.ts';
import { Dispositions } from '../dispositions.tsx';
import { TagField } from '../panel/tag-field.tsx';
import type { OpenAt } from '../ui.ts';
import { useWorkspace } from '../workspace.ts';
import { useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';

/** How a conversation ended, asked before it is closed; or closed now and written up after. */
export function CloseDialog({ list, conv }: OpenAt): ReactElement {
  const words = useWords();
  const first = useWorkspace()?.dispositions[0]?.id ?? '';
  const [picked, setPicked] = useState<string | null>(null);
  const [tags, setTags] = useState<readonly string[]>([]);
  const chosen = picked ?? first;
  return (
    <AskDialog
      name="close"
      title={words('close.title')}
      submitLabel={words('close.submit')}
      submit={() =>
        letGo(list, conv, {
          type: 'close',
          ...(chosen !== '' && { disposition: chosen }),
          ...(tags.length > 0 && { tags: [...tags] }),
        })
      }
    >
      <Dispositions chosen={chosen} choose={setPicked} />
      <label className="field">
        {words('close.tags')}
        <TagField tags={tags} change={setTags} />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={chosen === '' && picked !== null}
          onChange={(event) => setPicked(event.target.checked ? '' : null)}
        />
        {words('close.later')}
      </label>
    </AskDialog>
  );
}
