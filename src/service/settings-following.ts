import type { Bus } from '../bus/index.ts';
import type { Log } from '../ops/index.ts';
import type { RecordStore } from '../store/index.ts';
import { workspaceSchema, type Workspace, type WorkspaceDocument } from '../workspace/index.ts';

interface Parts {
  readonly workspace: WorkspaceDocument;
  readonly records: RecordStore;
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** What all nodes go by, as it is kept. */
interface Kept {
  readonly revision: string;
  /** Revisions that were in force before, the latest last: a file that has one of them is out of date, and no edit. */
  readonly former: readonly string[];
  readonly document: Workspace;
}

const kind = 'settings';
const key = 'workspace';
const formerMax = 200;
/** A hint comes at once, as a rule; this is for when the bus is away. */
const lookEveryMs = 5000;

/**
 * Keeps the settings of all nodes the same, without a disk that they share: an edit of any node's file is written to the
 * store, compared with what was there, and the others write it into their own. Of two edits at once the later is in force, and
 * the log says so. At the start an out-of-date file is brought up to date; one that was edited while its node was stopped
 * counts as an edit. Returns the way to stop.
 */
export async function followSettings(parts: Parts): Promise<() => void> {
  const follower = new Follower(parts);
  await follower.begin();
  const leave = parts.bus.subscribe('shared', (hint) => {
    if (hint.kind === 'changed' && hint.what === 'settings') follower.look();
  });
  const unwatch = parts.workspace.onChange(() => follower.changed());
  const timer = setInterval(() => follower.look(), lookEveryMs);
  return () => {
    clearInterval(timer);
    unwatch();
    leave();
    follower.stop();
  };
}

class Follower {
  readonly #parts: Parts;
  /** The kept revision that was last seen. */
  #known = '';
  /** There is an edit here that the store has not. */
  #isEdited = false;
  #isTaking = false;
  #isStopped = false;
  #isWanted = false;
  #isRunning = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    const { workspace } = this.#parts;
    const kept = (await this.#read())?.kept;
    const own = workspace.revision();
    this.#isEdited =
      !kept || (kept.revision !== own && !kept.former.includes(own) && !isUntouched(workspace));
    await this.#settle();
  }

  changed(): void {
    if (this.#isTaking) return;
    this.#isEdited = true;
    this.look();
  }

  look(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#settle();
      } catch (err) {
        if (!this.#isStopped) this.#parts.log.warn({ err }, 'the settings could not be compared');
      }
    }
    this.#isRunning = false;
  }

  async #settle(): Promise<void> {
    for (;;) {
      const found = await this.#read();
      if (!this.#isEdited) {
        if (found) await this.#take(found.kept);
        return;
      }
      if (await this.#keep(found)) return;
    }
  }

  async #read(): Promise<{ readonly body: string; readonly kept: Kept } | undefined> {
    const body = await this.#parts.records.get(kind, key);
    return body === undefined ? undefined : { body, kept: JSON.parse(body) as Kept };
  }

  /** False when another node was faster. */
  async #keep(found: { readonly body: string; readonly kept: Kept } | undefined): Promise<boolean> {
    const { workspace, records, bus, log } = this.#parts;
    const revision = workspace.revision();
    const before = found?.kept;
    if (before && this.#known !== '' && before.revision !== this.#known) {
      const lost = before.revision;
      log.warn(
        { revision, lost },
        'settings were edited on two nodes at once; the later is in force',
      );
    }
    if (before?.revision !== revision) {
      const former = before ? [...before.former, before.revision] : [];
      const document = workspace.current();
      const next: Kept = { revision, former: former.slice(-formerMax), document };
      const body = JSON.stringify(next);
      const isKept = found
        ? await records.replace(kind, key, found.body, body)
        : await records.insert(kind, key, body);
      if (!isKept) return false;
      bus.publish('shared', { kind: 'changed', what: 'settings' });
    }
    this.#known = revision;
    // Edited again meanwhile: that is still to be kept.
    this.#isEdited = workspace.revision() !== revision;
    return !this.#isEdited;
  }

  async #take({ revision, document }: Kept): Promise<void> {
    const { workspace, log } = this.#parts;
    if (revision === this.#known) return;
    const own = workspace.revision();
    if (revision !== own) {
      this.#isTaking = true;
      try {
        const put = (draft: object): void => {
          for (const field of Object.keys(draft)) Reflect.deleteProperty(draft, field);
          Object.assign(draft, structuredClone(document));
        };
        const taken = await workspace.change(put, own);
        if (taken.kind === 'refused' && taken.reason === 'stale') {
          // Edited here in the same moment.
          this.#isEdited = true;
          this.#isWanted = true;
          return;
        }
        // One that is broken on disk is mended by a person; then it is looked at again.
        if (taken.kind === 'refused' && taken.reason === 'file_invalid') return;
        if (taken.kind === 'refused') {
          log.warn(
            { problems: taken.problems },
            'the settings of another node cannot be used here',
          );
        } else log.info({ revision }, 'went over to the settings of another node');
      } finally {
        this.#isTaking = false;
      }
    }
    this.#known = revision;
  }
}

/** As it is written out for a new installation: nobody's edit. */
function isUntouched(workspace: WorkspaceDocument): boolean {
  return JSON.stringify(workspaceSchema.parse({})) === JSON.stringify(workspace.current());
}
