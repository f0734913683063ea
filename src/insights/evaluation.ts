import { confusionsOf, type Confusion } from './confusions.ts';
import {
  measure,
  measureIntents,
  recallAt,
  reliability,
  scopeCurve,
  type Figures,
  type IntentFigures,
  type ReliabilityBin,
  type ScopePoint,
} from './figures.ts';
import type { Judged } from './judged.ts';
import { isFirstRight, isInside, isListed } from './judged.ts';
import { shareOf } from './statistics.ts';
import { createStyler, styles, type Style } from './styles.ts';

/** What was found about one language of one set of lines. */
export interface LanguageEvaluation {
  readonly language: string;
  readonly figures: Figures;
  /** Recall out of scope that thresholds of these false refusals would reach, next to the engine's own. */
  readonly recallAtFalseRefusals: readonly ScopePoint[];
  readonly styles: readonly { readonly style: Style; readonly figures: Figures }[];
  readonly intents: readonly IntentFigures[];
  readonly confusions: readonly Confusion[];
  readonly reliability: readonly ReliabilityBin[];
  readonly scopeCurve: readonly ScopePoint[];
  readonly learning: readonly LearningPoint[];
  readonly judged: readonly Judged[];
}

/** How much of the utterances was learned from and what came of it. */
export interface LearningPoint {
  readonly share: number;
  readonly top1: number | undefined;
  readonly top3: number | undefined;
}

export interface SetEvaluation {
  /** `cross-validation`, or the beginning of the files' names: floors are kept under it. */
  readonly name: string;
  readonly languages: readonly LanguageEvaluation[];
}

const comparedRates = [0.02, 0.05, 0.1] as const;

/** `learning` holds, for each share of the utterances, the same lines as judged after learning from that share. */
export function evaluateSet(
  name: string,
  judged: readonly Judged[],
  learning: readonly { readonly share: number; readonly judged: readonly Judged[] }[] = [],
): SetEvaluation {
  const languages = [...new Set(judged.map(({ language }) => language))].sort();
  return {
    name,
    languages: languages.map((language) => {
      const own = ofLanguage(judged, language);
      const curve = learning.map((point) => ({
        share: point.share,
        ...firstShares(ofLanguage(point.judged, language)),
      }));
      return evaluateLanguage(language, own, curve);
    }),
  };
}

function evaluateLanguage(
  language: string,
  judged: readonly Judged[],
  learning: readonly LearningPoint[],
): LanguageEvaluation {
  const curve = scopeCurve(judged);
  const stylesOf = createStyler();
  const tagged = judged.map((one) => ({ one, tags: stylesOf(one) }));
  return {
    language,
    figures: measure(judged),
    recallAtFalseRefusals: comparedRates.flatMap((falseRefusals) => {
      const recall = recallAt(curve, falseRefusals);
      return recall === undefined ? [] : [{ falseRefusals, recall }];
    }),
    styles: styles.map((style) => ({
      style,
      figures: measure(tagged.flatMap(({ one, tags }) => (tags.includes(style) ? [one] : []))),
    })),
    intents: measureIntents(judged),
    confusions: confusionsOf(judged),
    reliability: reliability(judged),
    scopeCurve: curve,
    learning,
    judged,
  };
}

function firstShares(judged: readonly Judged[]): Omit<LearningPoint, 'share'> {
  const inside = judged.filter(isInside);
  return { top1: shareOf(inside, isFirstRight), top3: shareOf(inside, isListed) };
}

function ofLanguage(judged: readonly Judged[], language: string): readonly Judged[] {
  return judged.filter((one) => one.language === language);
}
