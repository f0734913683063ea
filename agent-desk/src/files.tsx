import type { ReactElement } from 'react';
import { fileUrl } from './api.ts';
import { sizeText } from './format.ts';
import { FileIcon } from './icons.tsx';
import type { FileRef } from './protocol.ts';
import { useWords } from './words.ts';

/** What every browser draws by itself; the others are offered to be saved. */
const drawn: ReadonlySet<FileRef['type']> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
]);

/** Files of a message, images as they are, everything else by name; opened in a page of their own. */
export function Files({ files }: { readonly files: readonly FileRef[] }): ReactElement {
  const words = useWords();
  return (
    <ul className="files" aria-label={words('file.list')}>
      {files.map((file) => (
        <li key={file.id}>
          <a
            href={fileUrl(file)}
            target="_blank"
            rel="noreferrer"
            className={drawn.has(file.type) ? 'file file-image' : 'file'}
            title={file.name}
          >
            {drawn.has(file.type) ? (
              <img
                src={fileUrl(file)}
                alt={file.name}
                loading="lazy"
                {...(file.width !== undefined && { width: file.width })}
                {...(file.height !== undefined && { height: file.height })}
              />
            ) : (
              <>
                <FileIcon />
                <span>
                  <bdi>{file.name}</bdi>
                  <small>{sizeText(file.bytes)}</small>
                </span>
              </>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}
