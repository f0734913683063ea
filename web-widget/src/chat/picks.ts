import type { Picked, Uploads } from './uploads.ts';
import type { FileRef } from './wire.ts';

/** What is told of the next message: `waits`: it was sent and goes when its files are up; `failed`: it cannot, for one of them. */
export type Hold = 'waits' | 'failed' | undefined;

export interface PicksShown {
  readonly picked: readonly Picked[];
  readonly hold: Hold;
}

export interface PicksPorts {
  readonly newId: () => string;
  /** What uploads is a part of its own: brought with the first file, however long that takes. */
  readonly bring: (changed: (picked: readonly Picked[]) => void) => Promise<Uploads>;
  readonly changed: (shown: PicksShown) => void;
  /** The files of a message that waited are up: it goes now. */
  readonly ready: () => void;
}

/**
 * The files of the next message, from the moment that they are picked. A message goes with all of them or not at
 * all: who sends while they are on their way has sent, and the message follows by itself.
 *
 * Modes (`hold`): none → waits (sent, files under way) → none (gone, or taken back); none or waits → failed →
 * none (that file was tried again or taken out).
 */
export interface Picks {
  attach(files: readonly File[]): void;
  retry(key: string): void;
  remove(key: string): void;
  /** Whether a message can go now; if not, `hold` says what becomes of it. */
  settled(): boolean;
  /** Who goes on writing has not sent yet. */
  takeBack(): void;
  /** Hands over what is up and begins anew. */
  take(): readonly FileRef[];
  /** The conversation is another one: files belong to the one that they were uploaded for. */
  moved(): void;
  clear(): void;
}

interface Early {
  readonly file: File;
  readonly shown: Picked;
}

export function createPicks(ports: PicksPorts): Picks {
  let uploads: Uploads | undefined;
  let coming = false;
  /** Picked before what uploads them was here. */
  let early: readonly Early[] = [];
  let picked: readonly Picked[] = [];
  let hold: Hold;

  const some = (state: Picked['state']) => picked.some((one) => one.state === state);
  function holdNow(): Hold {
    if (some('failed')) return 'failed';
    return hold === 'waits' && some('going') ? 'waits' : undefined;
  }
  function changed(now: readonly Picked[]) {
    const waited = hold === 'waits';
    picked = now;
    hold = hold && holdNow();
    ports.changed({ picked, hold });
    if (waited && !hold && picked.length > 0) ports.ready();
  }
  function toEarly(file: File): Early {
    const { name, size: bytes } = file;
    return { file, shown: { key: ports.newId(), name, bytes, state: 'going', progress: 0 } };
  }
  async function bring() {
    if (coming) return;
    coming = true;
    uploads = await ports.bring(changed);
    const files = early.map(({ file }) => file);
    early = [];
    if (files.length > 0) uploads.add(files);
  }

  return {
    attach(files) {
      if (uploads) return uploads.add(files);
      early = [...early, ...files.map(toEarly)];
      changed(early.map(({ shown }) => shown));
      void bring();
    },
    retry: (key) => uploads?.retry(key),
    remove: (key) => uploads?.remove(key),
    settled() {
      hold = some('failed') ? 'failed' : some('going') ? 'waits' : undefined;
      ports.changed({ picked, hold });
      return hold === undefined;
    },
    takeBack() {
      if (hold !== 'waits') return;
      hold = undefined;
      ports.changed({ picked, hold });
    },
    take: () => uploads?.take() ?? [],
    moved: () => uploads?.restart(),
    clear() {
      early = [];
      hold = undefined;
      uploads?.clear();
      changed([]);
    },
  };
}
