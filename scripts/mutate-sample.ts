/**
 * A plugin of the mutation tester: lets a sample of the mutants through. Which ones follows from the seed alone, so that a figure
 * can be measured again. What is left out is told as a fault of compiling, which the tester does not count.
 */
import { readFileSync } from 'node:fs';
import { isInSample, keyOf, type MutantPlace, type Sample } from './mutate-choice.ts';

interface Mutant extends MutantPlace {
  readonly id: string;
}

type Verdict =
  { readonly status: 'passed' } | { readonly status: 'compileError'; readonly reason: string };

class SampleChecker {
  readonly #sample = JSON.parse(process.env['KEFU_MUTATION_SAMPLE'] ?? '{"share":1}') as Sample;
  #only: ReadonlySet<string> | undefined;

  async init(): Promise<void> {
    const { only } = this.#sample;
    if (only !== undefined) {
      this.#only = new Set(JSON.parse(readFileSync(only, 'utf8')) as string[]);
    }
  }

  async check(mutants: readonly Mutant[]): Promise<Record<string, Verdict>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#verdict(mutant)]));
  }

  group(mutants: readonly Mutant[]): readonly (readonly string[])[] {
    return [mutants.map(({ id }) => id)];
  }

  #verdict(mutant: Mutant): Verdict {
    const isIn = this.#only?.has(keyOf(mutant)) ?? isInSample(mutant, this.#sample);
    return isIn ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' };
  }
}

/** What the tester looks for in a plugin. */
export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', injectableClass: SampleChecker },
] as const;
