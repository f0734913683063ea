import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A busy machine is slow, not wrong: whoever waits for an event waits long.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // Most of a browser test is waiting: two at once keep two cores busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
