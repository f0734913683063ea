import type { LabelledText } from './judged.ts';

/**
 * Deals the lines of every intent and language evenly over `folds` parts, and gives each line's part. The order of
 * dealing hangs on the texts alone, so that adding a line to one intent leaves every other intent's parts as they are.
 */
export function dealFolds(lines: readonly LabelledText[], folds: number): readonly number[] {
  const parts = lines.map(() => 0);
  for (const group of grouped(lines)) {
    group.forEach((at, place) => (parts[at] = place % folds));
  }
  return parts;
}

/** About `share` of the lines of every intent and language, at least one each; a larger share holds every smaller one. */
export function takeShare(lines: readonly LabelledText[], share: number): readonly LabelledText[] {
  const taken = new Set<number>();
  for (const group of grouped(lines)) {
    const count = Math.max(1, Math.round(share * group.length));
    for (const at of group.slice(0, count)) taken.add(at);
  }
  return lines.filter((_, at) => taken.has(at));
}

/** The places of the lines, by language and intent, in an order without meaning that is the same every time. */
function grouped(lines: readonly LabelledText[]): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>();
  lines.forEach(({ language, intent }, at) => {
    const key = `${language}\n${intent}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(at);
  });
  const orders = lines.map(({ text }) => scatter(text));
  for (const group of groups.values()) {
    group.sort((a, b) => (orders[a] ?? 0) - (orders[b] ?? 0) || a - b);
  }
  return groups.values();
}

/** FNV-1a with a last mix, so that texts that begin alike do not come to lie together. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
