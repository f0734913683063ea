import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import {
  createEngine,
  deserialiseModel,
  serialiseModel,
  trainEngine,
  trainingDigest,
  type Engine,
  type EngineModel,
  type TrainingUtterances,
} from './nlu/index.ts';

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
  const model = trainEngine(utterances);
  await keepModel(cacheFile, model);
  return createEngine(model);
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
