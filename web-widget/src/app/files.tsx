import { useEffect, useState } from 'preact/hooks';
import type { FileRef, FileRequestBlock } from '../chat/index.ts';
import type { Picked } from '../chat/uploads.ts';
import type { TextKey, Texts } from '../view/texts.ts';
import { focusComposer } from './blocks.tsx';
import type { BlockProps } from './blocks.tsx';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

export { createUploads } from '../chat/uploads.ts';
export { default as css } from './files.css?inline';
export { browserUpload } from './upload.ts';

interface Props {
  readonly model: Model;
  readonly texts: Texts;
}

/** What is picked for the next message, above the place to write. */
export function Tray({ picked, model, texts }: Props & { readonly picked: readonly Picked[] }) {
  return (
    <ul class="tray">
      {picked.map((one) => (
        <li key={one.key} class={one.state}>
          <Icon name={one.state === 'failed' ? 'alert' : 'file'} />
          <span class="name">
            <bdi>{one.name}</bdi>
            <small>{pickedLine(one, texts)}</small>
            {one.state === 'going' && (
              <progress value={one.progress} max={1} aria-label={texts.t('uploading')} />
            )}
          </span>
          {one.state === 'failed' && canHelp(one) && (
            <button type="button" onClick={() => model.retryPick(one.key)}>
              {texts.t('retry')}
            </button>
          )}
          <button
            type="button"
            class="tool"
            aria-label={texts.t('removeFile', { name: one.name })}
            onClick={(event) => {
              focusComposer(event.currentTarget);
              model.unpick(one.key);
            }}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

const faults: Readonly<Record<string, TextKey>> = {
  too_large: 'fileTooLarge',
  unsupported_type: 'fileType',
  rate_limited: 'fileLater',
};

/** What the file itself is at fault for stays as it is. */
function canHelp({ code }: Picked): boolean {
  return code !== 'too_large' && code !== 'unsupported_type';
}

function pickedLine({ state, code = '', bytes }: Picked, texts: Texts): string {
  if (state === 'failed') return texts.t(faults[code] ?? 'fileFailed');
  return state === 'going' ? texts.t('uploading') : texts.size(bytes);
}

/** Files of a message; pictures are shown, all else is named and can be saved. */
export function Files({ files, ...props }: Props & { readonly files: readonly FileRef[] }) {
  return files.map((file) => <FileView key={file.id} file={file} {...props} />);
}

/** HEIC is what browsers cannot draw. */
const drawn = /^image\/(?!heic)/;

function FileView({ file, model, texts }: Props & { readonly file: FileRef }) {
  const isImage = drawn.test(file.type);
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  const [undrawable, setUndrawable] = useState(false);
  const fetchUrl = async (): Promise<string | undefined> => {
    const { conv } = model.store.get().chat;
    const reply = await model.client.request(`files/${file.id}?conv=${conv}`, true);
    setFailed(!(reply.body instanceof Blob));
    return reply.body instanceof Blob ? URL.createObjectURL(reply.body) : undefined;
  };
  useEffect(() => {
    if (isImage) void fetchUrl().then(setUrl);
  }, []);
  // The bytes go with the message that showed them.
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  const save = async () => {
    const found = url ?? (await fetchUrl());
    if (found === undefined) return;
    const link = document.createElement('a');
    link.href = found;
    link.download = file.name;
    link.click();
    setUrl(found);
  };
  const label = texts.t('saveFile', { name: file.name });
  if (isImage && url !== undefined && !undrawable) {
    return (
      <button type="button" class="picture" aria-label={label} onClick={() => void save()}>
        <img
          src={url}
          alt={texts.t('picture', { name: file.name })}
          width={file.width}
          height={file.height}
          onError={() => setUndrawable(true)}
        />
      </button>
    );
  }
  return (
    <button type="button" class="file" aria-label={label} onClick={() => void save()}>
      <Icon name="file" />
      <span class="name">
        <bdi>{file.name}</bdi>
        <small>{failed ? texts.t('loadFailed') : texts.size(file.bytes)}</small>
      </span>
      <Icon name="save" />
    </button>
  );
}

/** The bot or a flow asks for files: they are picked here and sent with the next message. */
export function FileRequest({
  block,
  row,
  model,
  texts,
}: BlockProps & { readonly block: FileRequestBlock }) {
  const { id, hint, filesMax, types, skip } = block;
  return (
    <div class="request">
      <p>{hint}</p>
      {row.live && (
        <p class="ways">
          <label class="pick">
            <Icon name="clip" />
            {texts.t('attach')}
            <input
              class="unseen"
              type="file"
              multiple={filesMax > 1}
              accept={types.join()}
              onChange={({ currentTarget: input }) => {
                model.attach([...(input.files ?? [])].slice(0, filesMax));
                input.value = '';
                focusComposer(input);
              }}
            />
          </label>
          {skip !== undefined && (
            <button
              type="button"
              onClick={(event) => {
                focusComposer(event.currentTarget);
                model.say({ text: skip, choice: { id, value: '_skip' } });
              }}
            >
              {skip}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
