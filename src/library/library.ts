import { join } from 'node:path';
import {
  bundleHash,
  openArchive,
  type ContentArchive,
  type ContentBundle,
} from '../content/index.ts';
import { Fault, type Phrasebook } from '../core/index.ts';
import type { Content, ConversationState } from '../dialogue/index.ts';
import { createPhrasebook } from '../i18n/index.ts';
import {
  addTo,
  bringCompiled,
  openCurrent,
  openKept,
  openShipped,
  recompileStale,
  type InForce,
  type LibraryOptions,
} from './content.ts';
import type { Knowledge } from './knowledge.ts';

export type { LibraryOptions } from './content.ts';

/** Flows and the words that were checked with them. */
export interface Pinned {
  readonly content: Content;
  readonly phrasebook: Phrasebook;
}

export interface Published {
  readonly hash: string;
  readonly former: string;
  readonly origin: 'published' | 'shipped';
  readonly languages: readonly string[];
  readonly flows: number;
  /** Flows that are new, gone or of another version. */
  readonly changed: readonly string[];
  /** Utterances are others, so understanding was trained anew. */
  readonly trained: boolean;
}

/**
 * What the bot knows now, and what it knew: a conversation in the middle of a flow goes on with the content that
 * has its version of that flow, words included. A new content is checked, trained and made durable before it is
 * switched to, so that there is always a whole one in force. In a cluster the others `follow`: they switch when they
 * have it too, and until then go on with what they have.
 */
export class Library {
  readonly #archive: ContentArchive;
  readonly #options: LibraryOptions;
  readonly #older = new Map<string, Pinned>();
  #current: InForce;
  #busy = false;
  #queue: Promise<unknown> = Promise.resolve();
  #fetching: Promise<void> | undefined;
  /** Published elsewhere and not usable here: not tried again until there is another. */
  #unusable: string | undefined;

  constructor(archive: ContentArchive, options: LibraryOptions, current: InForce) {
    this.#archive = archive;
    this.#options = options;
    this.#current = current;
  }

  get current(): Knowledge & { readonly hash: string; readonly origin: 'published' | 'shipped' } {
    return this.#current;
  }

  /** For this conversation: what is in force, unless it is in flows of which that has other versions. */
  on(state: Pick<ConversationState, 'stack'> | undefined): Pinned {
    const wanted = wantedBy(state);
    if (holds(this.#current, wanted)) return this.#current;
    return this.#holding(wanted) ?? this.#mixed(wanted);
  }

  /** Goes over to what another node has put in force meanwhile; true when that was something else. */
  follow(): Promise<boolean> {
    return this.#inTurn(() => this.#catchUp());
  }

  /**
   * Waits until `on` can give this conversation the content of its flows: another node may have begun one in a content that
   * is still on its way here. Undefined, and no wait, when that is at hand.
   */
  ready(state: Pick<ConversationState, 'stack'>): Promise<void> | undefined {
    const wanted = wantedBy(state);
    if (this.#isAtHand(wanted)) return undefined;
    this.#fetching ??= this.#fetch(wanted).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Puts a content in force. Throws `bad_content` with every fault, and what was in force stays. */
  publish(bundle: ContentBundle): Promise<Published> {
    return this.#alone(async () => {
      await this.#catchUp();
      const hash = bundleHash(bundle);
      if (hash === this.#current.hash) return await this.#report(this.#current);
      const next = this.#archive.has(hash)
        ? await this.#reopen(hash, 'published')
        : await addTo(this.#archive, this.#options, { bundle, former: this.#current });
      return this.#switchTo(next, [...this.#archive.stack, hash]);
    });
  }

  /** Back to what was in force before the last publication. Throws `conflict` when there is nothing to go back to. */
  rollback(): Promise<Published> {
    return this.#alone(async () => {
      await this.#catchUp();
      const { stack } = this.#archive;
      if (stack.length === 0) {
        throw new Fault('conflict', 'The shipped content is in force; there is nothing before it.');
      }
      const rest = stack.slice(0, -1);
      const before = rest.at(-1);
      const next =
        before === undefined
          ? await openShipped(this.#archive, this.#options, this.#current)
          : await this.#reopen(before, 'published');
      return this.#switchTo(next, rest);
    });
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Fault('conflict', 'Another content is being published just now.');
    this.#busy = true;
    try {
      return await this.#inTurn(work);
    } finally {
      this.#busy = false;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work);
    this.#queue = run.catch(() => undefined);
    return run;
  }

  async #catchUp(): Promise<boolean> {
    await this.#archive.refresh();
    const wanted = this.#archive.stack.at(-1);
    const { hash, origin } = this.#current;
    const isLevel = wanted === undefined ? origin === 'shipped' : hash === wanted;
    if (isLevel || (wanted !== undefined && wanted === this.#unusable)) return false;
    try {
      const next =
        wanted === undefined
          ? await openShipped(this.#archive, this.#options, this.#current)
          : await this.#reopen(wanted, 'published');
      this.#hold(next);
      return true;
    } catch (err) {
      // The store may be back in a moment; what has faults for this program stays so.
      if (!(err instanceof Fault) || err.code !== 'bad_content') throw err;
      this.#unusable = wanted;
      this.#options.log.error(
        { err, content: wanted },
        'what another node published cannot be used here; the former stays',
      );
      return false;
    }
  }

  #isAtHand(wanted: readonly string[]): boolean {
    if (holds(this.#current, wanted)) return true;
    const there = [...this.#older.values()];
    return there.some((one) => holds(one, wanted));
  }

  /** The content that has all of them, or those that have one each. */
  async #fetch(wanted: readonly string[]): Promise<void> {
    if (this.#isAtHand(wanted)) return;
    await this.#archive.refresh();
    const [whole] = this.#archive.holding(wanted);
    const single = wanted.flatMap((one) => this.#archive.holding([one]).slice(0, 1));
    for (const hash of new Set(whole === undefined ? single : [whole])) {
      try {
        await bringCompiled(this.#archive, hash);
        this.#pinned(hash);
      } catch (err) {
        this.#options.log.error({ err, content: hash }, 'an older content cannot be brought here');
      }
    }
  }

  async #switchTo(next: InForce, to: readonly string[]): Promise<Published> {
    const { hash: former } = this.#current;
    const nowMs = this.#options.clock();
    const stack = { from: this.#archive.stack, to };
    await this.#archive.putInForce({ hash: next.hash, former, stack, nowMs });
    this.#options.changed?.();
    const report = await this.#report(next);
    this.#hold(next);
    return report;
  }

  #hold(next: InForce): void {
    const former = this.#current;
    this.#unusable = undefined;
    this.#older.set(former.hash, { content: former.content, phrasebook: former.phrasebook });
    for (const hash of this.#older.keys()) if (!this.#archive.has(hash)) this.#older.delete(hash);
    this.#current = next;
  }

  async #report(next: InForce): Promise<Published> {
    const { hash: former, content: before, trained } = this.#current;
    const ids = new Set([...Object.keys(before.flows), ...Object.keys(next.content.flows)]);
    const changed = [...ids].filter(
      (id) => before.flows[id]?.version !== next.content.flows[id]?.version,
    );
    return {
      hash: next.hash,
      former,
      origin: next.origin,
      languages: next.phrasebook.languages,
      flows: Object.keys(next.content.flows).length,
      changed: changed.sort(),
      trained: (await next.trained).model !== (await trained).model,
    };
  }

  #reopen(hash: string, origin: 'published'): Promise<InForce> {
    return openKept(this.#archive, this.#options, { hash, origin, former: this.#current });
  }

  #holding(versions: readonly string[]): Pinned | undefined {
    for (const hash of this.#archive.holding(versions)) {
      const found = this.#pinned(hash);
      if (found) return found;
    }
    return undefined;
  }

  /** No one content has all of them: the innermost flow's is gone on with, and the others' flows are lent to it. */
  #mixed(wanted: readonly string[]): Pinned {
    const base = this.#holding(wanted.slice(-1)) ?? this.#current;
    const versions = { ...base.content.versions };
    for (const version of wanted) {
      const flow = versions[version] ?? this.#holding([version])?.content.versions[version];
      if (flow) versions[version] = flow;
    }
    return { ...base, content: { ...base.content, versions } };
  }

  #pinned(hash: string): Pinned | undefined {
    if (hash === this.#current.hash) return this.#current;
    const known = this.#older.get(hash);
    if (known) return known;
    const compiled = this.#archive.read(hash);
    if (!compiled) {
      this.#options.log.error({ content: hash }, 'a kept content cannot be read');
      return undefined;
    }
    const { content, texts } = compiled;
    const { workspaceValues } = this.#options;
    const pinned = { content, phrasebook: createPhrasebook({ locales: texts, workspaceValues }) };
    this.#older.set(hash, pinned);
    return pinned;
  }
}

/** Opens what was in force last, or what is shipped. Throws `bad_content` when that has faults. */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const archive = await openArchive(join(options.folder, 'content'), options.shelf);
  await recompileStale(archive, options);
  const current = await openCurrent(archive, options);
  await archive.putInForce({ hash: current.hash, nowMs: options.clock() });
  return new Library(archive, options, current);
}

function wantedBy(state: Pick<ConversationState, 'stack'> | undefined): readonly string[] {
  return (state?.stack ?? []).map(({ flow, version }) => `${flow}@${version}`);
}

function holds({ content }: Pinned, wanted: readonly string[]): boolean {
  return wanted.every((one) => Object.hasOwn(content.versions, one));
}
