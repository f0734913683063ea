export interface HashLookup {
  readonly keys: () => Uint32Array;
  readonly size: () => number;
  /** -1 when unknown. */
  readonly find: (hash: number) => number;
}

/**
 * From 32-bit feature hashes to dense indexes, in order of first sight. Strings are never kept: a model of
 * forty thousand n-grams loads in milliseconds. Two n-grams share an index with odds of one in 10^5 at that size.
 */
export interface HashTable extends HashLookup {
  readonly add: (hash: number) => number;
}

export function createHashTable(expected = 1024): HashTable {
  let capacity = 1 << Math.ceil(Math.log2(Math.max(16, expected * 2)));
  let slots = new Int32Array(capacity).fill(-1);
  let stored = new Uint32Array(capacity >> 1);
  let size = 0;

  const slotOf = (hash: number): number => {
    let slot = hash & (capacity - 1);
    for (;;) {
      const index = slots[slot] ?? -1;
      if (index < 0 || stored[index] === hash) return slot;
      slot = (slot + 1) & (capacity - 1);
    }
  };
  const grow = (): void => {
    capacity *= 2;
    slots = new Int32Array(capacity).fill(-1);
    const wider = new Uint32Array(capacity >> 1);
    wider.set(stored);
    stored = wider;
    for (let index = 0; index < size; index++) slots[slotOf(stored[index] ?? 0)] = index;
  };
  return {
    keys: () => stored.slice(0, size),
    size: () => size,
    find: (hash) => slots[slotOf(hash)] ?? -1,
    add: (hash) => {
      let slot = slotOf(hash);
      const known = slots[slot] ?? -1;
      if (known >= 0) return known;
      if (size + 1 > capacity >> 1) {
        grow();
        slot = slotOf(hash);
      }
      stored[size] = hash;
      slots[slot] = size;
      return size++;
    },
  };
}

/**
 * To look up in what is known from the start; `keys`, each once, stays the caller's and is not copied. The more
 * `room` a key has, the more of the features that nobody has seen are turned away at the first look.
 */
export function hashTableOf(keys: Uint32Array, room = 4): HashLookup {
  const capacity = 1 << Math.ceil(Math.log2(Math.max(16, keys.length * room)));
  const slots = new Int32Array(capacity).fill(-1);
  const slotOf = (hash: number): number => {
    let slot = hash & (capacity - 1);
    for (;;) {
      const index = slots[slot] ?? -1;
      if (index < 0 || keys[index] === hash) return slot;
      slot = (slot + 1) & (capacity - 1);
    }
  };
  for (let index = 0; index < keys.length; index++) {
    const slot = slotOf(keys[index] ?? 0);
    if ((slots[slot] ?? -1) < 0) slots[slot] = index;
  }
  return { keys: () => keys, size: () => keys.length, find: (hash) => slots[slotOf(hash)] ?? -1 };
}
