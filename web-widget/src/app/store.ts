/** State that the views are drawn from: a new object at every change, and at most one drawing a frame. */
export interface Store<State> {
  get(): State;
  set(change: Partial<State>): void;
  /** Called after changes, once for all those of one frame. */
  watch(run: (state: State) => void): () => void;
}

/** A hidden page gets no frames; its button must count all the same. */
const hiddenFrameMs = 100;

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial;
  let pending = false;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watchers = new Set<(state: State) => void>();
  const flush = () => {
    pending = false;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    for (const run of watchers) run(state);
  };
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      if (pending) return;
      pending = true;
      frame = requestAnimationFrame(flush);
      timer = setTimeout(flush, hiddenFrameMs);
    },
    watch(run) {
      watchers.add(run);
      return () => watchers.delete(run);
    },
  };
}
