import type { Adapter } from 'lowdb';
import { Fault } from '../core/index.ts';
import { workspaceSchema } from './schema.ts';
import type { WorkspaceDraft } from './schema.ts';
import { readIfThere, writeSynced } from './synced-file.ts';

export type Parsed =
  | { readonly kind: 'valid'; readonly draft: WorkspaceDraft }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Reads a document from its text; each problem names the field by its path and says what is right. */
export function parseWorkspace(text: string): Parsed {
  try {
    return checkWorkspace(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    return { kind: 'invalid', problems: [`it is not JSON: ${String(error)}`] };
  }
}

export function checkWorkspace(value: unknown): Parsed {
  const result = workspaceSchema.safeParse(value);
  if (result.success) return { kind: 'valid', draft: result.data };
  return {
    kind: 'invalid',
    problems: result.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    ),
  };
}

/**
 * lowdb's door to one JSON file. Unlike lowdb's own: a write is synced before it resolves, never shares its temporary
 * name, and leaves a second copy in `<file>.bak`, so that `.bak` is always the last document that was in force.
 */
export class WorkspaceFile implements Adapter<WorkspaceDraft> {
  readonly file: string;
  readonly backup: string;

  constructor(file: string) {
    this.file = file;
    this.backup = `${file}.bak`;
  }

  /** Null when there is no file; a `bad_workspace` fault that lists the problems when it cannot be used. */
  read(): Promise<WorkspaceDraft | null> {
    return this.#read(this.file);
  }

  readBackup(): Promise<WorkspaceDraft | null> {
    return this.#read(this.backup);
  }

  readText(): Promise<string | undefined> {
    return readIfThere(this.file);
  }

  async write(draft: WorkspaceDraft): Promise<void> {
    const text = toText(draft);
    // The copy first: when either write fails, the file still holds what is in force.
    await writeSynced(this.backup, text);
    await writeSynced(this.file, text);
  }

  /** After a hand edit: the file is a person's, only the copy is ours. */
  async writeBackup(draft: WorkspaceDraft): Promise<void> {
    await writeSynced(this.backup, toText(draft));
  }

  async #read(file: string): Promise<WorkspaceDraft | null> {
    const text = await readIfThere(file);
    if (text === undefined) return null;
    const parsed = parseWorkspace(text);
    if (parsed.kind === 'valid') return parsed.draft;
    throw invalid(file, parsed.problems);
  }
}

function toText(draft: WorkspaceDraft): string {
  return `${JSON.stringify(draft, null, 2)}\n`;
}

export function invalid(file: string, problems: readonly string[]): Fault {
  return new Fault('bad_workspace', `${file} cannot be used: ${problems.join('; ')}`);
}
