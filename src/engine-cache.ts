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
  type TrainingUtterances,
} from './nlu/index.ts';
import type { TrainJob } from './train-process.ts';

/**
 * The intent engine for these utterances: read from `cacheFile` when it was trained on exactly them, otherwise
 * trained now and kept there. A cache that cannot be read or written costs time and nothing else.
 */
export async function openEngine(
  utterances: TrainingUtterances,
  cacheFile: string,
): Promise<Engine> {
  const kept = await readModel(cacheFile);
  if (kept && kept.trainedOn === trainingDigest(utterances, {})) return createEngine(kept);
  const model = await train(utterances);
  await keepModel(cacheFile, model);
  return createEngine(model);
}

/** All languages at once, each in its own process. */
async function train(utterances: TrainingUtterances): Promise<EngineModel> {
  const languages = Object.keys(utterances).sort();
  const models = await Promise.all(
    languages.map((language) => trainAside({ language, utterances: utterances[language] ?? {} })),
  );
  return assembleEngine(models, utterances);
}

function trainAside(job: TrainJob): Promise<LanguageModel> {
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
