import { defineConfig } from 'vitest/config';

/** What `mutate.ts` runs: the tests that it names, and shorter waits, because of some mutants nothing ever comes. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env['KEFU_MUTATION_TESTS'] ?? '[]') as string[],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 5000 } },
  },
});
