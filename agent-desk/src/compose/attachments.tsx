import { useRef, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';
import { api, asApiError } from '../api.ts';
import { draftOf, setDraft, useDrafts } from '../drafts.ts';
import { errorText } from '../errors.ts';
import { sizeText } from '../format.ts';
import { ClipIcon, CloseIcon, FileIcon } from '../icons.tsx';
import type { FileRef } from '../protocol.ts';
import { toast } from '../ui.ts';
import { currentWords, useWords } from '../words.ts';

/** As the protocol has it. */
const filesMax = 5;

/** Uploads under way, by conversation. */
const uploading = new Map<string, number>();
const listeners = new Set<() => void>();

function count(conv: string, by: 1 | -1): void {
  uploading.set(conv, (uploading.get(conv) ?? 0) + by);
  for (const listener of listeners) listener();
}

/** Uploads each and puts it beside the draft; they go with the reply. */
export function attach(conv: string, files: Iterable<File>): void {
  for (const file of files) void upload(conv, file);
}

async function upload(conv: string, file: File): Promise<void> {
  const held = draftOf(useDrafts.getState().drafts, conv).files.length;
  if (held + (uploading.get(conv) ?? 0) >= filesMax) {
    toast('bad', currentWords('file.tooMany', { max: filesMax }));
    return;
  }
  count(conv, 1);
  try {
    const ref = await api.upload(conv, file);
    const { files } = draftOf(useDrafts.getState().drafts, conv);
    setDraft(conv, { files: [...files, ref] });
  } catch (error) {
    toast('bad', `${file.name}: ${errorText(asApiError(error))}`);
  } finally {
    count(conv, -1);
  }
}

export function AttachButton({ conv }: { readonly conv: string }): ReactElement {
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        id="composer-files"
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          attach(conv, [...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <button
        type="button"
        className="icon-button"
        aria-label={words('file.attach')}
        title={`${words('file.attach')} (F)`}
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
      </button>
    </>
  );
}

export function Attached({
  conv,
  files,
}: {
  readonly conv: string;
  readonly files: readonly FileRef[];
}): ReactElement | null {
  const words = useWords();
  const busy = useSyncExternalStore(subscribe, () => uploading.get(conv) ?? 0);
  if (files.length === 0 && busy === 0) return null;
  return (
    <ul className="attached" aria-label={words('file.list')}>
      {files.map((file) => (
        <li key={file.id}>
          <FileIcon />
          <bdi title={file.name}>{file.name}</bdi>
          <span className="quiet">{sizeText(file.bytes)}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={words('file.remove', { name: file.name })}
            onClick={() => setDraft(conv, { files: files.filter(({ id }) => id !== file.id) })}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
      {busy > 0 && (
        <li className="quiet" role="status">
          {words('file.uploading')}
        </li>
      )}
    </ul>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
