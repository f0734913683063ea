import { fork } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import {
  assembleEngine,
  createEngine,
  deserialiseModel,
  serialiseModel,
  trainingDigest,
  type Engine,
  type EngineModel,
  type LanguageModel,
  type Topics,
  type TrainingUtterances,
} from '../nlu/index.ts';
import type { TrainJob } from './train-process.ts';

/** An engine with what it was made from, so that the next one need not learn again what is the same. */
export interface TrainedEngine {
  readonly engine: Engine;
  readonly model: EngineModel;
  readonly utterances: TrainingUtterances;
}

/** Where nodes leave trained models for each other, by the digest of what they were trained on. A fault costs time only. */
export interface SharedModels {
  read(digest: string): Promise<Uint8Array | undefined>;
  has(digest: string): Promise<boolean>;
  write(digest: string, model: Uint8Array): Promise<void>;
}

export interface EngineExtras {
  readonly former?: TrainedEngine | undefined;
  /** Which `out_of_scope` utterances belong to which named topic. */
  readonly topics?: Topics;
  readonly shared?: SharedModels | undefined;
}

/**
 * The intent engine for these utterances: read from `cacheFile` when it was trained on exactly them, otherwise
 * trained now and kept there; languages in which `former` was trained on the same are taken from it. A cache that
 * cannot be read or written costs time and nothing else.
 */
export async function openEngine(
  utterances: TrainingUtterances,
  cacheFile: string,
  { former, topics = {}, shared }: EngineExtras = {},
): Promise<TrainedEngine> {
  const digest = trainingDigest(utterances, {});
  const kept = await readModel(cacheFile);
  if (former?.model.trainedOn === digest) {
    if (kept?.trainedOn !== digest) await keepModel(cacheFile, former.model);
    return { ...former, engine: createEngine(former.model, { topics }) };
  }
  if (kept?.trainedOn === digest) {
    await lend(shared, kept);
    return { engine: createEngine(kept, { topics }), model: kept, utterances };
  }
  const model = (await lentModel(shared, digest)) ?? (await train(utterances, former));
  await keepModel(cacheFile, model);
  await lend(shared, model);
  return { engine: createEngine(model, { topics }), model, utterances };
}

/** All languages at once, each in its own process. */
async function train(
  utterances: TrainingUtterances,
  former: TrainedEngine | undefined,
): Promise<EngineModel> {
  const languages = Object.keys(utterances).sort();
  const models = await Promise.all(
    languages.map(async (language) => {
      const said = utterances[language] ?? {};
      const known = former && alreadyTrained(former, language, said);
      return known ?? trainAside({ language, utterances: said });
    }),
  );
  return assembleEngine(models, utterances);
}

function alreadyTrained(
  former: TrainedEngine,
  language: string,
  said: TrainJob['utterances'],
): LanguageModel | undefined {
  const before = former.utterances[language];
  if (!before || digestOf(language, before) !== digestOf(language, said)) return undefined;
  return former.model.languages.find((one) => one.language === language);
}

function digestOf(language: string, said: TrainJob['utterances']): string {
  return trainingDigest({ [language]: said }, {});
}

/** One language's training in a process of its own; rejects when that ends without a model. */
export function trainAside(job: TrainJob): Promise<LanguageModel> {
  const { promise, resolve, reject } = Promise.withResolvers<LanguageModel>();
  // `advanced` carries typed arrays as they are.
  const child = fork(join(import.meta.dirname, 'train-process.ts'), {
    serialization: 'advanced',
    execArgv: [],
  });
  child.once('message', (model) => resolve(model as LanguageModel));
  child.once('error', reject);
  child.once('exit', (code, signal) =>
    reject(new Error(`training ${job.language} ended with ${code ?? signal}`)),
  );
  child.send(job);
  return promise;
}

async function lend(shared: SharedModels | undefined, model: EngineModel): Promise<void> {
  try {
    if (!shared || (await shared.has(model.trainedOn))) return;
    await shared.write(model.trainedOn, serialiseModel(model));
  } catch {
    // The store is away: another start lends it.
  }
}

async function lentModel(
  shared: SharedModels | undefined,
  digest: string,
): Promise<EngineModel | undefined> {
  try {
    const bytes = await shared?.read(digest);
    const model = bytes && deserialiseModel(bytes);
    return model?.trainedOn === digest ? model : undefined;
  } catch {
    return undefined;
  }
}

async function readModel(file: string): Promise<EngineModel | undefined> {
  try {
    return deserialiseModel(await readFile(file));
  } catch {
    return undefined;
  }
}

/** Written aside and renamed, so that two processes that train at once leave one whole file. */
async function keepModel(file: string, model: EngineModel): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const aside = `${file}.${randomUUID()}`;
    await writeFile(aside, serialiseModel(model));
    await rename(aside, file);
  } catch {
    // A read-only folder: the next start trains again.
  }
}
