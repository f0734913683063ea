import { defineConfig } from 'vitest/config';

/** What `mutate.ts` runs: the tests that it names. Those that never end because of a mutant, the tester itself ends. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env['KEFU_MUTATION_TESTS'] ?? '[]') as string[],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 5000 } },
  },
});
