import { fileTypeFromBuffer } from 'file-type';
import { fileTypes, type FileType } from '../core/index.ts';

/** Enough for every signature that is looked for (file-type's own recommendation). */
export const headBytes = 4100;

const known = new Map<string, FileType>(fileTypes.map((type) => [type, type]));
// The same container under its other names.
for (const name of ['image/heif', 'image/heic-sequence']) known.set(name, 'image/heic');
known.set('video/x-m4v', 'video/mp4');
known.delete('text/plain');

/**
 * What the content is, whatever its name or sender says: by signature, else plain text when all of it may be. Undefined for
 * anything that is not taken.
 */
export async function kindOf(head: Uint8Array, isText: boolean): Promise<FileType | undefined> {
  const found = await fileTypeFromBuffer(head);
  if (found) return known.get(found.mime);
  return isText ? 'text/plain' : undefined;
}

/** Tells, chunk by chunk, whether what comes by is UTF-8 without control characters that no text has. */
export class TextWatch {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #isText = true;

  see(chunk: Uint8Array): void {
    if (this.#isText) this.#isText = this.#isClean(chunk, true);
  }

  /** To be asked once, when everything has come by. */
  get isText(): boolean {
    return this.#isText && this.#isClean(new Uint8Array(), false);
  }

  #isClean(chunk: Uint8Array, stream: boolean): boolean {
    try {
      const text = this.#decoder.decode(chunk, { stream });
      return !/[\p{Cc}--[\t\n\f\r]]/v.test(text);
    } catch {
      return false; // the only way that TextDecoder offers to ask
    }
  }
}
