import type { Bus, Hint, Topic } from './ports.ts';

/** Where a listener's fault is told; a pino logger is one. */
export interface BusLog {
  error(fields: object, message: string): void;
}

interface Subscription {
  readonly listener: (hint: Hint) => void;
  live: boolean;
}

/**
 * The bus of one process. Hints arrive in the order of their publishing and never inside `publish` itself, so a
 * listener that publishes cannot recurse and a publisher is never held up by one: as with a bus between nodes.
 * After `close` nothing is delivered and publishing is without effect.
 */
export function createLocalBus(log?: BusLog): Bus {
  const topics = new Map<Topic, Set<Subscription>>();
  const deliver = (topic: Topic, hint: Hint): void => {
    // A copy: a listener may come or go while the others are told.
    for (const subscription of Array.from(topics.get(topic) ?? [])) {
      if (!subscription.live) continue;
      try {
        subscription.listener(hint);
      } catch (error) {
        log?.error({ err: error, topic }, 'a listener of the bus failed');
      }
    }
  };
  return {
    publish(topic, hint) {
      if (topics.has(topic)) queueMicrotask(() => deliver(topic, hint));
    },
    subscribe(topic, listener) {
      const subscription: Subscription = { listener, live: true };
      const subscriptions = topics.get(topic) ?? new Set();
      topics.set(topic, subscriptions.add(subscription));
      return () => {
        subscription.live = false;
        subscriptions.delete(subscription);
        if (subscriptions.size === 0 && topics.get(topic) === subscriptions) topics.delete(topic);
      };
    },
    close() {
      for (const subscriptions of topics.values()) {
        for (const subscription of subscriptions) subscription.live = false;
      }
      topics.clear();
      return Promise.resolve();
    },
  };
}
