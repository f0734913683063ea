import type { ItemContent, RemoteFile } from './driver.ts';

/**
 * A message with several things attached, as one of each: the words stand with the first file that can be fetched, or alone.
 * Undefined is one that cannot; however many of those there are, it is told once.
 */
export function attached(
  text: string,
  files: readonly (RemoteFile | undefined)[],
): readonly ItemContent[] {
  const readable = files.filter((file) => file !== undefined);
  const parts: ItemContent[] = readable.map((file, nth) => ({
    kind: 'file',
    file,
    caption: nth === 0 ? text : '',
  }));
  if (readable.length === 0 && text !== '') parts.push({ kind: 'text', text });
  else if (readable.length < files.length) parts.push({ kind: 'unreadable' });
  return parts;
}
