import { wireWorld } from './wire-world.ts';

/** The wire in a process of its own, so that what it costs can be told from what its clients cost. */
const world = await wireWorld({ limits: { tickMs: 1000 } });

process.on('message', () => {
  // Twice: what the first collection frees of buffers is only given back at the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, used: heapUsed + external, sockets: world.channel.sockets() });
});
process.on('disconnect', () => void world.stop().then(() => process.exit(0)));
process.send?.({ url: world.url });
