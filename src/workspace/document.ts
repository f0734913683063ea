import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Low } from 'lowdb';
import { canonical, Fault } from '../core/index.ts';
import { checkWorkspace, invalid, parseWorkspace, WorkspaceFile } from './adapter.ts';
import { workspaceSchema } from './schema.ts';
import type { Workspace, WorkspaceDraft } from './schema.ts';

/** What the operator should know; a pino logger is one. */
export interface WorkspaceLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface WorkspaceDocument {
  /** The document in force; frozen, replaced as a whole by a change. */
  current(): Workspace;
  /** Digest of the document in force: equal content has an equal revision, also after a restart. */
  revision(): string;
  /** What keeps the file on disk from coming into force; empty when the file is the one in force. */
  problems(): readonly string[];
  /**
   * Applies `edit` to a copy and keeps the result, synced, when it is valid. Changes run one after the other, each on
   * the outcome of the one before and on what was edited by hand meanwhile. With `revision` it is refused
   * when the document has moved on since. What `edit` throws comes back as the rejection; nothing is changed then.
   */
  change(edit: (draft: WorkspaceDraft) => void, revision?: string): Promise<Changed>;
  /** Told after a change or a hand edit has come into force. Returns the way to stop. */
  onChange(listener: (workspace: Workspace) => void): () => void;
  /** Waits for running changes and stops watching. */
  close(): Promise<void>;
}

type Changed =
  | { readonly kind: 'changed'; readonly workspace: Workspace }
  | { readonly kind: 'refused'; readonly reason: 'invalid'; readonly problems: readonly string[] }
  /** Somebody's hand edit is on disk and not valid: it is not overwritten. */
  | {
      readonly kind: 'refused';
      readonly reason: 'file_invalid';
      readonly problems: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: 'stale'; readonly revision: string };

/** An editor writes in several steps; the file is read when it has been quiet for this long. */
const quietMs = 100;
/** Some file systems (network, containers) do not tell of changes. */
const lookEveryMs = 5000;

/**
 * Files that are open in this process. Two instances on one file would overwrite each other's changes, and only a
 * place that both share can tell: the one piece of state that a module keeps.
 */
const opened = new Set<string>();

/**
 * Opens the workspace document; writes it with its defaults when there is none. A file that cannot be used is left as it
 * is: the last good copy (`.bak`) is in force with a warning, and without one this throws `bad_workspace`.
 */
export async function openWorkspace(file: string, log?: WorkspaceLog): Promise<WorkspaceDocument> {
  const path = resolve(file);
  if (opened.has(path)) throw new Fault('internal', `${path} is open already in this process`);
  opened.add(path);
  try {
    const document = new FileDocument(new WorkspaceFile(path), log, () => opened.delete(path));
    await document.open();
    return document;
  } catch (error) {
    opened.delete(path);
    throw error;
  }
}

/** States: opening, open (watching), closed. Everything that reads or writes the file stands in one queue. */
class FileDocument implements WorkspaceDocument {
  readonly #file: WorkspaceFile;
  readonly #log: WorkspaceLog | undefined;
  readonly #released: () => void;
  readonly #low: Low<WorkspaceDraft>;
  readonly #listeners = new Set<{ readonly listener: (workspace: Workspace) => void }>();
  #current: Workspace;
  #revision = '';
  #problems: readonly string[] = [];
  /** Text of the file when it was last looked at. */
  #seen: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #watcher: FSWatcher | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #looks: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(file: WorkspaceFile, log: WorkspaceLog | undefined, released: () => void) {
    this.#file = file;
    this.#log = log;
    this.#released = released;
    this.#low = new Low<WorkspaceDraft>(file, workspaceSchema.parse({}));
    this.#current = this.#low.data;
  }

  async open(): Promise<void> {
    await mkdir(dirname(this.#file.file), { recursive: true, mode: 0o700 });
    this.#seen = await this.#file.readText();
    if (this.#seen === undefined) await this.#begin();
    else await this.#readFirst(this.#seen);
    this.#comeIntoForce(this.#low.data);
    this.#watch();
  }

  current(): Workspace {
    return this.#current;
  }

  revision(): string {
    return this.#revision;
  }

  problems(): readonly string[] {
    return this.#problems;
  }

  change(edit: (draft: WorkspaceDraft) => void, revision?: string): Promise<Changed> {
    return this.#inTurn(async () => {
      if (this.#closed) throw new Fault('shutting_down', 'the workspace document is closed');
      await this.#look();
      if (this.#problems.length > 0) {
        return { kind: 'refused', reason: 'file_invalid', problems: this.#problems };
      }
      if (revision !== undefined && revision !== this.#revision) {
        return { kind: 'refused', reason: 'stale', revision: this.#revision };
      }
      const draft = structuredClone(this.#low.data);
      edit(draft);
      const checked = checkWorkspace(draft);
      if (checked.kind === 'invalid') {
        return { kind: 'refused', reason: 'invalid', problems: checked.problems };
      }
      await this.#keep(checked.draft);
      return { kind: 'changed', workspace: this.#current };
    });
  }

  onChange(listener: (workspace: Workspace) => void): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#watcher?.close();
    clearTimeout(this.#quiet);
    clearInterval(this.#looks);
    await this.#inTurn(() => {
      this.#closed = true;
      return Promise.resolve();
    });
    this.#released();
  }

  /** No file: a new installation, unless the copy tells that there was one. */
  async #begin(): Promise<void> {
    const backup = await this.#file.readBackup();
    if (backup) {
      this.#low.data = backup;
      this.#log?.warn(
        { file: this.#file.file },
        `${this.#file.file} is gone; its last good copy is written back. To start with the defaults, remove ${this.#file.backup} too`,
      );
    }
    await this.#low.write();
    this.#seen = await this.#file.readText();
  }

  async #readFirst(text: string): Promise<void> {
    const parsed = parseWorkspace(text);
    if (parsed.kind === 'valid') {
      await this.#low.read();
      return await this.#file.writeBackup(this.#low.data);
    }
    const backup = await this.#file.readBackup().catch(() => null);
    if (!backup) throw invalid(this.#file.file, parsed.problems);
    this.#low.data = backup;
    this.#keepOut(parsed.problems);
  }

  /** Takes up what was written to the file by others since it was last looked at. */
  async #look(): Promise<void> {
    const text = await this.#file.readText();
    if (text === undefined) return await this.#writeBack();
    if (text === this.#seen) return;
    this.#seen = text;
    const parsed = parseWorkspace(text);
    if (parsed.kind === 'invalid') return this.#keepOut(parsed.problems);
    this.#problems = [];
    this.#low.data = parsed.draft;
    await this.#file.writeBackup(parsed.draft);
    if (this.#comeIntoForce(parsed.draft)) {
      this.#log?.info({ file: this.#file.file }, 'an edit of the workspace document is in force');
      this.#tell();
    }
  }

  async #writeBack(): Promise<void> {
    this.#log?.warn(
      { file: this.#file.file },
      `${this.#file.file} was removed; it is written back`,
    );
    await this.#low.write();
    this.#seen = await this.#file.readText();
    this.#problems = [];
  }

  #keepOut(problems: readonly string[]): void {
    this.#problems = problems;
    this.#log?.warn(
      { file: this.#file.file, problems },
      `${invalid(this.#file.file, problems).message}. The last good version stays in force until it is mended`,
    );
  }

  /** lowdb keeps what it was given even when the write fails; memory must not run ahead of the disk. */
  async #keep(draft: WorkspaceDraft): Promise<void> {
    const former = this.#low.data;
    this.#low.data = draft;
    try {
      await this.#low.write();
    } catch (cause) {
      this.#low.data = former;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Fault('store_failed', `${this.#file.file} cannot be written: ${why}`, { cause });
    }
    this.#seen = await this.#file.readText();
    if (this.#comeIntoForce(draft)) this.#tell();
  }

  /** False when nothing differs. */
  #comeIntoForce(draft: WorkspaceDraft): boolean {
    const revision = createHash('sha256').update(canonical(draft)).digest('hex').slice(0, 16);
    if (revision === this.#revision) return false;
    this.#revision = revision;
    this.#current = freeze(structuredClone(draft));
    return true;
  }

  #tell(): void {
    for (const { listener } of Array.from(this.#listeners)) {
      try {
        listener(this.#current);
      } catch (error) {
        this.#log?.error({ err: error }, 'a listener of the workspace document failed');
      }
    }
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(job);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** The folder is watched and not the file: editors, and we, replace the file by another one. */
  #watch(): void {
    const name = basename(this.#file.file);
    const look = (): void => {
      this.#inTurn(() => (this.#closed ? Promise.resolve() : this.#look())).catch(
        (error: unknown) =>
          this.#log?.error({ err: error }, `${this.#file.file} could not be looked at`),
      );
    };
    this.#looks = setInterval(look, lookEveryMs).unref();
    try {
      this.#watcher = watch(dirname(this.#file.file), { persistent: false }, (_kind, changed) => {
        if (changed !== null && changed !== name) return;
        clearTimeout(this.#quiet);
        this.#quiet = setTimeout(look, quietMs).unref();
      });
      this.#watcher.on('error', (error) => {
        this.#log?.warn({ err: error }, 'edits of the workspace document are seen with a delay');
      });
    } catch (error) {
      this.#log?.warn({ err: error }, 'edits of the workspace document are seen with a delay');
    }
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
