#!/usr/bin/env node
import { Fault } from '../core/index.ts';

interface Command {
  readonly usage: string;
  readonly tells: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

const commands: { readonly [name: string]: Command } = {
  chat: {
    usage: 'chat [--as CUSTOMER] [--lang LANGUAGE] [--json]   (/code, /file PATH, /quit)',
    tells: 'talk to the bot in the terminal, on a sandbox wallet of its own',
    load: () => import('./chat.ts'),
  },
  classify: {
    usage: 'classify < lines',
    tells: 'one utterance a line (or LANGUAGE<TAB>text) → one JSON line each',
    load: () => import('./classify.ts'),
  },
  check: {
    usage: 'check [--coverage] [--content FOLDER]',
    tells: 'check flows, texts and utterances; names each fault; --coverage shows holes',
    load: () => import('./check.ts'),
  },
  stories: {
    usage: 'stories [FILTER] [--language L] [--content FOLDER]',
    tells: 'play the stories beside the flows; shows what went otherwise than written',
    load: () => import('./stories.ts'),
  },
  replay: {
    usage: 'replay CONVERSATION [--data FOLDER] [--content FOLDER] [--as-understood]',
    tells: 'run a stored conversation through the current content; shows other words',
    load: () => import('./replay.ts'),
  },
  export: {
    usage: 'export CUSTOMER [--data FOLDER]',
    tells: 'everything stored about one customer as JSON; of a stopped service',
    load: () => import('./export.ts'),
  },
  erase: {
    usage: 'erase CUSTOMER [--yes] [--data FOLDER]',
    tells: 'erase one customer: words, files, records; without --yes it only counts them',
    load: () => import('./erase.ts'),
  },
  publish: {
    usage: 'publish --folder CONTENT [--url URL] [--data FOLDER]',
    tells: 'put a content folder into a running service; a broken one is refused whole',
    load: () => import('./publish.ts'),
  },
  rollback: {
    usage: 'rollback [--url URL] [--data FOLDER]',
    tells: 'back to the content that was in force before the last publication',
    load: async () => ({ run: (await import('./publish.ts')).rollback }),
  },
  migrate: {
    usage: 'migrate --from sqlite --to postgres [--data FOLDER]',
    tells: 'move a stopped service’s data to KEFU_DATABASE_URL, checked by counts and hashes',
    load: () => import('./migrate.ts'),
  },
  agents: {
    usage: 'agents list | add EMAIL [--name N] [--role R] | disable|enable|reset-password EMAIL',
    tells: 'accounts of agents, also when nobody can sign in; needs the data folder',
    load: () => import('./agents.ts'),
  },
  webhooks: {
    usage: 'webhooks replay WEBHOOK [--url URL] [--data FOLDER]',
    tells: 'try deliveries again that were given up',
    load: async () => ({ run: (await import('./agents.ts')).webhooks }),
  },
  audit: {
    usage: 'audit verify [--head NUMBER:HASH] | head | list [--kind K] [--actor A] [--subject S]',
    tells: 'the audit chain: checked, its head to be noted elsewhere, its entries',
    load: () => import('./audit.ts'),
  },
  backup: {
    usage: 'backup FILE [--with-secrets] [--url URL] [--data FOLDER]',
    tells: 'everything in one file, also while the service runs',
    load: () => import('./backup.ts'),
  },
  restore: {
    usage: 'restore FILE [--data FOLDER]',
    tells: 'a new data folder from a backup, which is looked through first',
    load: async () => ({ run: (await import('./backup.ts')).restore }),
  },
  retention: {
    usage: 'retention run [--url URL] [--data FOLDER]',
    tells: 'remove now what was kept for as long as the settings say',
    load: () => import('./retention.ts'),
  },
  channels: {
    usage: 'channels list | add|test|remove PLATFORM [--url U] [--set N=V …] [--to ID]',
    tells: 'connect messaging platforms, try them, take them away',
    load: () => import('./channels.ts'),
  },
  evaluate: {
    usage: 'evaluate [--file FILE.tsv …] [--language L] [--report out.html]',
    tells:
      'how well messages are understood; fails below the floors (docs/reference/evaluation.md)',
    load: () => import('./evaluate.ts'),
  },
  suggest: {
    usage: 'suggest [--language L] [--json]',
    tells: 'utterances that look mislabelled or double, and intents that need more',
    load: () => import('./suggest.ts'),
  },
  'wallet-sandbox': {
    usage: 'wallet-sandbox [--port PORT] [--data FOLDER]',
    tells: 'serve the sandbox wallet over HTTP by the contract in src/wallet/openapi.yaml',
    load: () => import('./wallet-sandbox.ts'),
  },
};

function usage(): string {
  const lines = Object.values(commands).map(({ usage, tells }) => `  ${usage.padEnd(66)}${tells}`);
  return `Usage: npm run kefu -- COMMAND\n\n${lines.join('\n')}`;
}

/** What `util.parseArgs` throws at options that it does not know or that lack their value. */
function isOptionError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  );
}

function badOptions({ message }: Error, usage: string): Fault {
  // Node goes on with a hint about `--`, which helps nobody here.
  const what = message.split('. ')[0] ?? message;
  return new Fault(
    'bad_request',
    `${what}.
Usage: npm run kefu -- ${usage}`,
  );
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  const asked = name === '' || name === 'help' || name === '--help';
  (asked ? console.log : console.error)(
    asked ? usage() : `There is no command "${name}".\n\n${usage()}`,
  );
  process.exit(asked ? 0 : 2);
}
try {
  const { run } = await command.load();
  process.exitCode = await run(args);
} catch (error) {
  const fault = isOptionError(error) ? badOptions(error, command.usage) : error;
  if (!(fault instanceof Fault) || fault.code === 'internal') throw fault;
  console.error(`${fault.code}: ${fault.message}`);
  process.exitCode = 1;
}
