import type { Actions } from '../../src/actions/index.ts';
import type { Store } from '../../src/store/index.ts';

/**
 * A process that dies at the n-th call of its store or wallet, before or after the call takes effect: from there
 * on nothing returns any more, as nothing does in a process that is gone.
 */
export class Death {
  readonly #at: number;
  readonly #after: boolean;
  readonly died = Promise.withResolvers<'died'>();
  #armed = false;
  #calls = 0;
  #dead = false;

  constructor(at: number, after: boolean) {
    this.#at = at;
    this.#after = after;
  }

  get calls(): number {
    return this.#calls;
  }

  /** Whether the work came to its end. Whoever dies as late as in the last call of it never does: nobody may wait for that. */
  outlives(work: Promise<unknown>): Promise<'done' | 'died'> {
    return Promise.race([work.then(() => 'done' as const), this.died.promise]);
  }

  /** Calls count from here on: the start itself is left alone. */
  arm(): void {
    this.#armed = true;
  }

  async around<T>(call: () => Promise<T>): Promise<T> {
    if (this.#dead) return gone();
    if (!this.#armed) return call();
    this.#calls += 1;
    const isHere = this.#calls === this.#at;
    if (isHere && !this.#after) return this.#die();
    const result = await call();
    if (isHere) return this.#die();
    // The one that died is not the only one who waited for something.
    return this.#dead ? gone() : result;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.died.resolve('died');
    return gone();
  }
}

export interface MomentOfDeath {
  readonly at: number;
  readonly after: boolean;
}

/** Before and after each of so many calls; with KEFU_DEATHS that many of these moments, evenly spread, for a store that takes long to open. */
export function momentsOfDeath(calls: number): readonly MomentOfDeath[] {
  const all = Array.from({ length: calls * 2 }, (_, index) => ({
    at: Math.floor(index / 2) + 1,
    after: index % 2 === 1,
  }));
  const max = Number(process.env['KEFU_DEATHS'] ?? all.length);
  if (all.length <= max) return all;
  const spread = Array.from({ length: max }, (_, n) => all[Math.floor((n * all.length) / max)]);
  return spread.flatMap((moment) => moment ?? []);
}

const gone = (): Promise<never> => new Promise<never>(() => undefined);

/** The store and the wallet calls of a node, each of which may be its last. */
export function mortal(death: Death, { store, actions }: { store: Store; actions: Actions }) {
  const { conversations, outbox } = store;
  return {
    actions: {
      specs: actions.specs,
      run: (request: Parameters<Actions['run']>[0]) => death.around(() => actions.run(request)),
    },
    store: {
      ...store,
      conversations: new Proxy(conversations, {
        get: (target, name: keyof typeof conversations) =>
          name === 'append'
            ? (request: Parameters<typeof conversations.append>[0]) =>
                death.around(() => target.append(request))
            : target[name].bind(target),
      }),
      outbox: new Proxy(outbox, {
        get: (target, name: keyof typeof outbox) => {
          const method = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => death.around(() => method(...args));
        },
      }),
    },
  };
}
