import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Times in milliseconds, by what was measured. */
type Measure = 'turn_ms' | 'action_ms' | 'append_ms' | 'send_ms';
type Count =
  | 'appends'
  | 'frames_in'
  | 'frames_bad'
  | 'sockets_closed'
  | 'requests'
  | 'refused'
  | 'platform_in'
  | 'platform_refused'
  | 'platform_out'
  | 'platform_delayed'
  | 'platform_failed';

export interface Metrics {
  observe(measure: Measure, ms: number): void;
  /** `reason` is one of a fixed set (an error code, a kind), never anything that a stranger chose. */
  count(what: Count, reason?: string, by?: number): void;
  /** A value that is read when the metrics are; one that cannot be read is left out, and the others are given. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** The text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A turn's target is 50 ms at the 99th percentile, so the buckets are finest around it. */
const bucketsMs = [1, 2, 5, 10, 20, 35, 50, 75, 100, 200, 500, 1000, 2500, 5000, 10_000];

const helpOf: { readonly [name in Measure | Count]: string } = {
  turn_ms: 'From taking up an inbound event to its commit.',
  action_ms: 'One call of the wallet.',
  append_ms: 'From asking for an append to its durable commit.',
  send_ms: 'From a customer frame to its acknowledgement.',
  appends: 'Appends by outcome.',
  frames_in: 'Frames from widgets by type.',
  frames_bad: 'Frames that were refused, by code.',
  sockets_closed: 'Sockets that the server closed, by code.',
  platform_in: 'What messaging platforms brought, by platform.',
  platform_refused: 'Webhooks that were forged or unreadable, by platform.',
  platform_out: 'Messages sent to messaging platforms, by platform.',
  platform_delayed: 'Tries that a messaging platform put off or did not answer, by platform.',
  platform_failed: 'Messages that a platform refused for good, by platform.',
  requests: 'HTTP requests by status class.',
  refused: 'HTTP requests that were refused, by code.',
};

/** Also gives the process its own figures: memory, garbage collection and event-loop delay. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'kefu_' });
  const histograms = new Map<Measure, Histogram>();
  const counters = new Map<Count, Counter<'reason'>>();
  const lazily = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    const found = map.get(key) ?? make();
    map.set(key, found);
    return found;
  };
  return {
    observe(measure, ms) {
      const make = () =>
        new Histogram({
          name: `kefu_${measure}`,
          help: helpOf[measure],
          buckets: bucketsMs,
          registers: [registry],
        });
      lazily(histograms, measure, make).observe(ms);
    },
    count(what, reason = '', by = 1) {
      const make = () =>
        new Counter({
          name: `kefu_${what}_total`,
          help: helpOf[what],
          labelNames: ['reason'] as const,
          registers: [registry],
        });
      lazily(counters, what, make).inc({ reason }, by);
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name: `kefu_${name}`,
        help,
        registers: [registry],
        collect: async () => {
          try {
            gauge.set(await read());
          } catch {
            gauge.remove();
          }
        },
      });
    },
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
