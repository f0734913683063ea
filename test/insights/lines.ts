import type { RankedIntent } from '../../src/core/index.ts';
import type { Judged } from '../../src/insights/index.ts';

let made = 0;

/** A line meant as `intent`, judged as told: `intent:confidence` best first. */
export function judgedLine(intent: string, ranked: string, more: Partial<Judged> = {}): Judged {
  made++;
  return {
    language: 'en',
    intent,
    text: `line ${made}`,
    place: `set.en.tsv:${made}`,
    languageFound: 'en',
    ranked: rankedOf(ranked),
    verdict: 'answer',
    holdsFigures: false,
    ...more,
  };
}

function rankedOf(told: string): readonly RankedIntent[] {
  return told.split(' ').map((one) => {
    const [intent = '', confidence = ''] = one.split(':');
    return { intent, confidence: Number(confidence) };
  });
}
