/**
 * Adds to `sums` the rows of `weights` that a sparse vector names, each times its value: the one loop that reading a
 * text spends its time in. Four rows a pass, so that a sum is fetched and put back a quarter as often.
 */
export function accumulate(
  sums: Float32Array,
  weights: Int8Array,
  ids: Int32Array,
  values: Float32Array,
): void {
  const width = sums.length;
  const fours = ids.length & ~3;
  for (let at = 0; at < fours; at += 4) {
    const one = (ids[at] ?? 0) * width;
    const two = (ids[at + 1] ?? 0) * width;
    const three = (ids[at + 2] ?? 0) * width;
    const four = (ids[at + 3] ?? 0) * width;
    const first = values[at] ?? 0;
    const second = values[at + 1] ?? 0;
    const third = values[at + 2] ?? 0;
    const fourth = values[at + 3] ?? 0;
    for (let place = 0; place < width; place++) {
      sums[place] =
        (sums[place] ?? 0) +
        (weights[one + place] ?? 0) * first +
        (weights[two + place] ?? 0) * second +
        (weights[three + place] ?? 0) * third +
        (weights[four + place] ?? 0) * fourth;
    }
  }
  for (let at = fours; at < ids.length; at++) {
    const base = (ids[at] ?? 0) * width;
    const value = values[at] ?? 0;
    for (let place = 0; place < width; place++) {
      sums[place] = (sums[place] ?? 0) + (weights[base + place] ?? 0) * value;
    }
  }
}
