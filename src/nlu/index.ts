export {
  createEngine,
  type Engine,
  type EngineOptions,
  type EngineUnderstanding,
  type NearUtterance,
  type Request,
} from './engine.ts';
export { createEntityReader, type EntityReader, type EntityOptions } from './entities/read.ts';
export {
  outOfScope,
  type EngineModel,
  type LanguageModel,
  type TrainingUtterances,
} from './model.ts';
export { normalise } from './normalise.ts';
export { deserialiseModel, serialiseModel } from './serialise.ts';
export {
  assembleEngine,
  trainDefaults,
  trainEngine,
  trainingDigest,
  trainLanguage,
  type TrainOptions,
} from './train.ts';
