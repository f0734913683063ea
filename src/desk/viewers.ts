import type { Bus, Hint, Viewer } from '../bus/index.ts';
import type { Clock } from '../core/index.ts';

/** What a node that died showed is gone so soon. */
const ttlMs = 15_000;
const renewMs = 5000;
/** More people at one conversation are not told of by name between nodes: a hint is small. */
const viewersMax = 40;

export interface ViewersDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Of this process; another after a restart. */
  readonly node: string;
  /** Who looks at the conversation on this node, a person once. */
  readonly here: (conv: string) => readonly Viewer[];
  /** Called with everyone, on whichever node, whenever that may have changed. */
  readonly tell: (conv: string, everyone: readonly Viewer[]) => void;
}

interface Elsewhere {
  readonly viewers: readonly Viewer[];
  readonly untilMs: number;
}

interface Watched {
  readonly stop: () => void;
  readonly nodes: Map<string, Elsewhere>;
}

/**
 * Who looks at a conversation and types there, over all nodes. Each node hints what its own agents do, at every change and anew
 * every few seconds, and listens only for conversations that somebody looks at here; what it has not heard of for a while is
 * gone. Nothing is stored: a lost hint shows for seconds at most.
 */
export class Viewers {
  readonly #deps: ViewersDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(deps: ViewersDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.renew(), renewMs);
    this.#timer.unref();
  }

  /** Somebody here came, left, began or stopped typing. */
  changed(conv: string): void {
    const here = this.#deps.here(conv);
    if (here.length > 0) this.#watch(conv);
    this.#hint(conv, here);
    if (here.length === 0) this.#leave(conv);
    else this.#tell(conv);
  }

  /** Tells other nodes again, and forgets those that are no longer heard of. */
  renew(): void {
    const nowMs = this.#deps.clock();
    for (const [conv, { nodes }] of this.#watched) {
      this.#hint(conv, this.#deps.here(conv));
      const late = [...nodes].filter(
        ([, { untilMs }]) => untilMs <= nowMs || untilMs > nowMs + ttlMs,
      );
      for (const [node] of late) nodes.delete(node);
      if (late.length > 0) this.#tell(conv);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const conv of this.#watched.keys()) this.#leave(conv);
  }

  #watch(conv: string): void {
    if (this.#watched.has(conv)) return;
    const stop = this.#deps.bus.subscribe(`v:${conv}`, (hint) => this.#heard(conv, hint));
    this.#watched.set(conv, { stop, nodes: new Map() });
  }

  #leave(conv: string): void {
    this.#watched.get(conv)?.stop();
    this.#watched.delete(conv);
  }

  #heard(conv: string, hint: Hint): void {
    const watched = this.#watched.get(conv);
    if (!watched || hint.kind !== 'viewing' || hint.node === this.#deps.node) return;
    const { nodes } = watched;
    const isNew = !nodes.has(hint.node);
    const { viewers } = hint;
    if (viewers.length === 0) nodes.delete(hint.node);
    else nodes.set(hint.node, { viewers, untilMs: this.#deps.clock() + ttlMs });
    // Whoever has just come has not heard of those here.
    if (isNew && viewers.length > 0) this.#hint(conv, this.#deps.here(conv));
    this.#tell(conv);
  }

  #hint(conv: string, here: readonly Viewer[]): void {
    const { bus, node } = this.#deps;
    const viewers = here.slice(0, viewersMax);
    bus.publish(`v:${conv}`, { kind: 'viewing', conversationId: conv, node, viewers });
  }

  #tell(conv: string): void {
    const elsewhere = [...(this.#watched.get(conv)?.nodes.values() ?? [])];
    const all = [...this.#deps.here(conv), ...elsewhere.flatMap(({ viewers }) => viewers)];
    this.#deps.tell(conv, onceEach(all));
  }
}

/** A person once, however many pages of theirs are open; typing if on any. */
export function onceEach(viewers: readonly Viewer[]): readonly Viewer[] {
  const known = new Map<string, Viewer>();
  for (const { agentId, name, typing } of viewers) {
    known.set(agentId, { agentId, name, typing: typing || known.get(agentId)?.typing === true });
  }
  return [...known.values()];
}
