import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { actionSpecs } from '../actions/index.ts';
import { openArchive } from '../content/index.ts';
import { Fault, parseConversationId, type ConversationId } from '../core/index.ts';
import { replay, type LoggedEvent, type ReplayDifference } from '../dialogue/index.ts';
import { openKnowledge, shippedFolder } from '../library/index.ts';
import { createLog } from '../ops/index.ts';
import { openSqliteStore, readWholeLog } from '../store/index.ts';
import { isStaffed, openWorkspace, workspaceValues } from '../workspace/index.ts';
import { sha256 } from './story-stage.ts';

interface Options {
  readonly conversation: ConversationId;
  readonly data: string;
  readonly content: string | undefined;
  readonly asUnderstood: boolean;
}

/**
 * Runs a stored conversation of a stopped service's data folder through the content in force there, or through another
 * folder's, and prints where the bot's words differ. Exit code 0 when they are the same, 1 when not.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = parse(args);
  const { conversation, data } = options;
  if (!existsSync(data)) throw new Fault('not_found', `There is no data folder at ${data}.`);
  const log = createLog({ level: 'error', pretty: true, to: process.stderr });
  const store = await openSqliteStore({ folder: data, clock: Date.now, log });
  const workspace = await openWorkspace(join(data, 'workspace.json'), log);
  try {
    const stored = await readWholeLog(store.conversations, conversation);
    if (stored.length === 0) {
      throw new Fault('not_found', `There is no conversation ${conversation} in ${data}.`);
    }
    const values = workspaceValues(workspace.current());
    const knowledge = await openKnowledge({
      ...(await contentOf(options)),
      workspaceValues: () => values,
    });
    const { turns, differences } = replay(stored, {
      conversationId: conversation,
      content: knowledge.content,
      phrasebook: knowledge.phrasebook,
      actions: actionSpecs,
      workspace: values,
      staffed: (atMs) => isStaffed(workspace.current(), atMs),
      digest: sha256,
      timeZone: workspace.current().timeZone,
      ...(!options.asUnderstood && {
        understand: (text, hint) => knowledge.engine.understand(text, hint),
      }),
    });
    for (const one of differences) console.log(`${differenceText(one, stored)}\n`);
    const count = differences.length;
    const told = count === 0 ? 'the same words' : `other words in ${count} of them`;
    console.log(`${turns} turns: ${told}`);
    return count === 0 ? 0 : 1;
  } finally {
    await workspace.close();
    await store.close();
  }
}

/** The named folder, else what was published last into this data folder, else what is shipped. */
async function contentOf({ data, content }: Options) {
  const cacheFolder = join(shippedFolder, '.cache');
  if (content !== undefined) return { contentFolder: content, cacheFolder };
  const archive = await openArchive(join(data, 'content'));
  const hash = archive.stack.at(-1);
  if (hash === undefined) return { cacheFolder };
  return { contentFolder: archive.folderOf(hash), cacheFolder: archive.folderOf(hash) };
}

/** Below the customer's words that led to it, which may lie an account action or a code before. */
function differenceText(
  { pos, atMs, input, was, now }: ReplayDifference,
  log: readonly LoggedEvent[],
): string {
  const time = new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
  const message = log.findLast((one) => one.pos <= pos && one.event.type === 'message.received');
  const words = message?.event.type === 'message.received' ? `> ${message.event.text}` : '';
  const by = message?.pos === pos ? '' : `  (${input})`;
  return [
    `${time}  ${pos}  ${words}${by}`,
    ...marked(
      '-',
      was.filter((line) => !now.includes(line)),
    ),
    ...marked(
      '+',
      now.filter((line) => !was.includes(line)),
    ),
  ].join('\n');
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${mark} ${line.replaceAll('\n', '\n      ')}`);
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
      content: { type: 'string' },
      'as-understood': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const conversation = parseConversationId(positionals[0]);
  if (conversation === undefined)
    throw new Fault('bad_request', 'Name one conversation by its id.');
  const content = values.content === undefined ? undefined : resolve(values.content);
  const data = resolve(values.data);
  return { conversation, data, content, asUnderstood: values['as-understood'] };
}
