/** How long one who was taken from the queue had waited, and when that was. */
export interface Waited {
  readonly waitedMs: number;
  readonly atMs: number;
}

export interface WaitRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Fewer say nothing about the next. */
const samplesMin = 3;
/** What the queue was like longer ago is another day's. */
const freshMs = 2 * 60 * 60_000;
const minuteMs = 60_000;
/** A range that is longer tells nobody anything. */
const longestMs = 4 * 60 * 60_000;

/**
 * How long whoever stands at this place may still wait, from how fast people were taken lately: the time between two who were
 * taken, by its quartiles, times the places ahead; for the next one also what the latest waited. Whole minutes, outwards.
 * Undefined while too few were taken lately: then no promise is better than a guess.
 */
export function waitRange(
  place: number,
  recent: readonly Waited[],
  nowMs: number,
): WaitRange | undefined {
  const fresh = recent.filter(({ atMs }) => nowMs - atMs <= freshMs);
  if (fresh.length < samplesMin || place < 1) return undefined;
  const gaps = gapsOf(fresh, nowMs);
  const waits = fresh.map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b);
  const minMs = Math.min(quantile(gaps, 0.25) * place, quantile(waits, 0.25) * place);
  const maxMs = Math.max(quantile(gaps, 0.75) * place, quantile(waits, 0.75));
  return inWholeMinutes(minMs, maxMs);
}

function inWholeMinutes(minMs: number, maxMs: number): WaitRange | undefined {
  const range = {
    minMs: Math.floor(minMs / minuteMs) * minuteMs,
    maxMs: Math.max(1, Math.ceil(maxMs / minuteMs)) * minuteMs,
  };
  return range.maxMs <= longestMs ? range : undefined;
}

/**
 * The same for whoever would come now. While nobody waits, the times between those who were taken tell how often people come and
 * not how fast they are served; then only how long the latest waited counts.
 */
export function arrivalWait(
  waiting: number,
  recent: readonly Waited[],
  nowMs: number,
): WaitRange | undefined {
  if (waiting > 0) return waitRange(waiting + 1, recent, nowMs);
  const waits = recent
    .filter(({ atMs }) => nowMs - atMs <= freshMs)
    .map(({ waitedMs }) => waitedMs);
  if (waits.length < samplesMin) return undefined;
  return inWholeMinutes(quantile(waits, 0.25), quantile(waits, 0.75));
}

/** Times between those who were taken, the time since the last one among them: a queue that stands still is not fast. */
function gapsOf(fresh: readonly Waited[], nowMs: number): readonly number[] {
  const times = [...fresh.map(({ atMs }) => atMs), nowMs].toSorted((a, b) => a - b);
  return times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
}

/** Between its neighbours; of a sorted or unsorted list that is not empty. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
