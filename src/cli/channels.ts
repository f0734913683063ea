import { randomBytes } from 'node:crypto';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { loadPlatforms, platformNames } from '../channels/index.ts';
import { Fault } from '../core/index.ts';

const { connect, fieldsOf, readPlatformSettings, sendTest, writePlatformSettings } =
  await loadPlatforms();

const options = {
  data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
  url: { type: 'string', default: process.env['KEFU_PUBLIC_URL'] ?? '' },
  to: { type: 'string' },
  'sign-in': { type: 'string' },
  'web-chat': { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
} as const;

type Platform = (typeof platformNames)[number];

/** Messaging platforms: connecting them, trying them, taking them away. Takes effect at the next start of the service. */
export async function run(args: readonly string[]): Promise<number> {
  const { what, name, values } = parse(args);
  const folder = resolve(values.data);
  switch (what) {
    case 'list':
      return await list(folder);
    case 'add':
      return await add(folder, platformOf(name), values);
    case 'test':
      return await test(folder, platformOf(name), values.to);
    case 'remove':
      return await remove(folder, platformOf(name));
    default:
      throw new Fault('bad_request', 'Say what: list, add, test or remove.');
  }
}

async function list(folder: string): Promise<number> {
  const settings = await readPlatformSettings(folder);
  for (const name of platformNames) {
    console.log(`${name.padEnd(12)}${settings?.platforms[name] ? 'connected' : '-'}`);
  }
  return 0;
}

interface AddValues {
  readonly url: string;
  readonly set: readonly string[];
  readonly 'sign-in'?: string | undefined;
  readonly 'web-chat'?: string | undefined;
}

async function add(folder: string, platform: Platform, values: AddValues): Promise<number> {
  const publicUrl = values.url.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+$/.test(publicUrl)) {
    throw new Fault('bad_request', 'Name our public address: --url https://chat.example.com');
  }
  const former = (await readPlatformSettings(folder))?.platforms[platform];
  const given = await asked(platform, {
    ...made(platform),
    ...(former && kept(former)),
    ...givenIn(values.set),
  });
  const { settings, name, reason, webhookUrl, isRegistered } = await connect(platform, given, {
    publicUrl,
  });
  if (name === undefined) {
    const why = reason === undefined ? '' : ` (${reason})`;
    console.error(`${platform} does not know us by these settings${why}. Nothing was kept.`);
    return 1;
  }
  const { 'sign-in': signInUrl, 'web-chat': webChatUrl } = values;
  await writePlatformSettings(folder, (former) => ({
    ...former,
    ...(signInUrl !== undefined && { signInUrl }),
    ...(webChatUrl !== undefined && { webChatUrl }),
    platforms: { ...former.platforms, [platform]: settings },
  }));
  console.log(`${platform} is connected as ${name}.`);
  if (isRegistered === true) console.log(`It was told our webhook ${webhookUrl}.`);
  else if (isRegistered === undefined && webhookUrl !== undefined) {
    console.log(`Enter this webhook at ${platform}: ${webhookUrl}`);
    const verifyToken = settings['verifyToken'];
    if (verifyToken !== undefined) console.log(`with this verify token: ${verifyToken}`);
  }
  console.log(`Each step is in docs/guides/channels/${platform}.md.`);
  console.log(`Restart the service now; it needs KEFU_PUBLIC_URL=${publicUrl}.`);
  if (isRegistered !== false) return 0;
  console.error(
    `It did not take our webhook ${webhookUrl} (${reason}). Mend that and add it again.`,
  );
  return 1;
}

/** What was given before stays, but for what is made of our own address. */
function kept(former: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const { statusUrl = '', ...rest } = former;
  return statusUrl.endsWith('/hooks/sms') ? rest : former;
}

/** What nobody needs to think of. */
function made(platform: Platform): { readonly [name: string]: string } {
  const secret = () => randomBytes(24).toString('base64url');
  if (platform === 'telegram') return { secret: secret() };
  return platform === 'whatsapp' || platform === 'messenger' ? { verifyToken: secret() } : {};
}

function givenIn(set: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(
    set.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Fault('bad_request', '--set is NAME=VALUE.');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Asks on the terminal for what was not given; where nobody can be asked, the missing names are the answer. */
async function asked(platform: Platform, given: { readonly [name: string]: string }) {
  const missing = fieldsOf(platform).filter((name) => !(name in given));
  if (missing.length === 0) return given;
  if (!stdin.isTTY) {
    throw new Fault(
      'bad_request',
      `Missing: ${missing.map((name) => `--set ${name}=…`).join(' ')}`,
    );
  }
  const hidden = { now: false };
  const terminal = createInterface({ input: stdin, output: screen(hidden), terminal: true });
  const answers: { [name: string]: string } = {};
  try {
    for (const name of missing) {
      const answer = terminal.question(`${name}: `);
      hidden.now = /token|secret|key|password/i.test(name);
      answers[name] = (await answer).trim();
      if (hidden.now) stdout.write('\n');
      hidden.now = false;
    }
  } catch (cause) {
    throw new Fault('bad_request', 'Left without an answer: nothing was kept.', { cause });
  } finally {
    terminal.close();
  }
  return { ...given, ...answers };
}

/** The terminal, which shows nothing of what is typed while a secret is. */
function screen(hidden: { readonly now: boolean }): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden.now) stdout.write(chunk);
      done();
    },
  });
}

async function test(folder: string, platform: Platform, to: string | undefined): Promise<number> {
  const settings = (await readPlatformSettings(folder))?.platforms[platform];
  if (!settings) throw new Fault('not_found', `${platform} is not connected.`);
  if (to === undefined) {
    throw new Fault('bad_request', 'Name whom to write to: --to and their id on the platform.');
  }
  const outcome = await sendTest(platform, settings, { to, text: 'Kefu: this is a test.' });
  console.log(outcome);
  return outcome === 'sent' ? 0 : 1;
}

async function remove(folder: string, platform: Platform): Promise<number> {
  await writePlatformSettings(folder, ({ platforms, ...rest }) => {
    const { [platform]: _, ...others } = platforms;
    return { ...rest, platforms: others };
  });
  console.log(`${platform} is no longer connected. Restart the service now.`);
  return 0;
}

function platformOf(name: string | undefined): Platform {
  const platform = platformNames.find((one) => one === name);
  if (platform) return platform;
  throw new Fault('bad_request', `Name a platform: ${platformNames.join(', ')}.`);
}

function parse(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [what, name] = positionals;
    return { what, name, values };
  } catch (error) {
    throw new Fault('bad_request', error instanceof Error ? error.message : String(error));
  }
}
