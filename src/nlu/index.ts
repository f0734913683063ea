export { createEngine, type Engine } from './engine.ts';
export { codeSpans, createEntityReader } from './entities/read.ts';
export { hasFeatures } from './features.ts';
export {
  outOfScope,
  type EngineModel,
  type LanguageModel,
  type TrainingUtterances,
} from './model.ts';
export { deserialiseModel, serialiseModel } from './serialise.ts';
export { assembleEngine, trainEngine, trainingDigest, trainLanguage } from './train.ts';
export type { Topics } from './topics.ts';
