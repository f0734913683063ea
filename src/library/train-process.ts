/**
 * A process of its own for one language's training: the event loop of the service stays free, and the memory
 * goes back to the system with the process (after training on threads 90 MB stayed with the service).
 */
import { trainLanguage } from '../nlu/index.ts';

export interface TrainJob {
  readonly language: string;
  readonly utterances: { readonly [intent: string]: readonly string[] };
}

process.once('message', (job: TrainJob) => {
  const model = trainLanguage(job.language, job.utterances);
  // The service may have gone away meanwhile; then nobody is left to tell.
  process.send?.(model, () => process.connected && process.disconnect?.());
});
