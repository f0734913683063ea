import type { Calibration } from './calibration.ts';
import type { Convolution } from './convolution.ts';
import type { FeatureScheme } from './features.ts';
import type { LanguageModelCounts } from './language-id.ts';
import type { NeuralMember } from './members.ts';

/** Utterances by language and intent: what the bot learns from. */
export interface TrainingUtterances {
  readonly [language: string]: { readonly [intent: string]: readonly string[] };
}

/** The background class: what is not ours. It is trained like an intent and never answered. */
export const outOfScope = 'out_of_scope';

/** Everything that understanding needs, in plain data; the same for the same utterances, options and seed. */
export interface EngineModel {
  /** Grows when features or layout change: an older model is then trained anew. */
  readonly format: number;
  /** Digest of utterances, options and format (`trainingDigest`). */
  readonly trainedOn: string;
  readonly languageId: LanguageModelCounts;
  readonly languages: readonly LanguageModel[];
}

export const modelFormat = 8;

/** One language's classifier. */
export interface LanguageModel {
  readonly language: string;
  readonly intents: readonly string[];
  readonly scheme: FeatureScheme;
  /** Feature hashes and in how many of `documents` texts each was. */
  readonly keys: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly documents: number;
  /** Feature-major weights in whole steps; class `c` is worth `scales[c]` a step. */
  readonly weights: Int8Array;
  readonly scales: Float32Array;
  readonly bias: Float32Array;
  /** Networks that judge beside the separators; none unless asked for. */
  readonly members: readonly NeuralMember[];
  /** Judges of word order beside them; none unless asked for. */
  readonly convolutions: readonly Convolution[];
  /** The utterances as the features see them, for exact and nearest matches, and the place of their intents. */
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly calibration: Calibration;
}
