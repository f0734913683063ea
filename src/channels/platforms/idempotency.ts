import { createHash } from 'node:crypto';

/** A UUID, which is what LINE wants; the same for the same place in the log. */
export function uuidOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
