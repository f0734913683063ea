import { Component } from 'preact';
import type { FileRef, FileRequestBlock } from '../chat/index.ts';
import type { Picked } from '../chat/uploads.ts';
import { sizeText } from '../view/sizes.ts';
import type { TextKey, Texts } from '../view/texts.ts';
import { focusComposer } from './blocks.tsx';
import type { BlockProps } from './blocks.tsx';
import { Icon } from './icons.tsx';
import type { Model } from './model.ts';

export { createUploads } from '../chat/uploads.ts';
export { default as css } from './files.css?inline';
export { browserUpload } from './upload.ts';

const paths = {
  file: 'M6.5 3.5h7l4.5 4.5v12.5h-11.5zM13 3.8v4.7h4.7',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 19.5h14',
};

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
          <Icon name="alert" path={one.state === 'failed' ? undefined : paths.file} />
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
  too_many: 'fileTooMany',
  unsupported_type: 'fileType',
  rate_limited: 'fileLater',
};

/** What the file itself is at fault for stays as it is. */
function canHelp({ code }: Picked): boolean {
  return code !== 'too_large' && code !== 'too_many' && code !== 'unsupported_type';
}

function pickedLine({ state, code = '', bytes }: Picked, texts: Texts): string {
  if (state === 'failed') return texts.t(faults[code] ?? 'fileFailed');
  return state === 'going' ? texts.t('uploading') : sizeText(texts.language, bytes);
}

interface OfProps extends Props {
  /** The present conversation where it is not given. */
  readonly conv: string | undefined;
}

/** Files of a message; pictures are shown, all else is named and can be saved. */
export function Files({ files, ...props }: OfProps & { readonly files: readonly FileRef[] }) {
  return files.map((file) => <FileView key={file.id} file={file} {...props} />);
}

/** HEIC is what browsers cannot draw. */
const drawn = /^image\/(?!heic)/;

type FileProps = OfProps & { readonly file: FileRef };

interface FileState {
  readonly url?: string | undefined;
  readonly failed?: boolean;
  readonly undrawable?: boolean;
}

class FileView extends Component<FileProps, FileState> {
  override state: FileState = {};
  #gone = false;

  override componentDidMount(): void {
    if (drawn.test(this.props.file.type)) void this.#fetchUrl();
  }
  /** The bytes go with the message that showed them. */
  override componentWillUnmount(): void {
    this.#gone = true;
    if (this.state.url) URL.revokeObjectURL(this.state.url);
  }
  async #fetchUrl(): Promise<string | undefined> {
    const { model, file, conv = model.store.get().chat.conv } = this.props;
    const { body } = await model.client.request(`files/${file.id}?conv=${conv}`, true);
    if (this.#gone) return undefined;
    const url = body instanceof Blob ? URL.createObjectURL(body) : undefined;
    this.setState({ url, failed: url === undefined });
    return url;
  }
  #save = async (): Promise<void> => {
    const found = this.state.url ?? (await this.#fetchUrl());
    if (found === undefined) return;
    const link = document.createElement('a');
    link.href = found;
    link.download = this.props.file.name;
    link.click();
  };

  override render({ file, texts }: FileProps, { url, failed, undrawable }: FileState) {
    const label = texts.t('saveFile', { name: file.name });
    const save = () => void this.#save();
    if (url !== undefined && drawn.test(file.type) && !undrawable) {
      return (
        <button type="button" class="picture" aria-label={label} onClick={save}>
          <img
            src={url}
            alt={texts.t('picture', { name: file.name })}
            width={file.width}
            height={file.height}
            onError={() => this.setState({ undrawable: true })}
          />
        </button>
      );
    }
    return (
      <button type="button" class="file" aria-label={label} onClick={save}>
        <Icon path={paths.file} />
        <span class="name">
          <bdi>{file.name}</bdi>
          <small>{failed ? texts.t('loadFailed') : sizeText(texts.language, file.bytes)}</small>
        </span>
        <Icon path={paths.save} />
      </button>
    );
  }
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
