import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/index.ts';
import { readIfThere, writeSynced } from '../../workspace/index.ts';
import { platformNames, type PlatformName, type Settings } from './driver.ts';
import { drivers } from './drivers.ts';
import { settingsFile } from './loading.ts';

/** The platforms that the operator connected: `channels.json` of the data folder, readable by its user alone. */
export interface PlatformSettings {
  /** Keys the one-time links. */
  readonly linkSecret: string;
  /** The wallet's page that signs a customer in and hands the link their user token; without it nobody signs in from a chat. */
  readonly signInUrl?: string;
  /** Where customers find the web chat, for letters that say that words wait there; without it none are offered. */
  readonly webChatUrl?: string;
  readonly platforms: { readonly [name in PlatformName]?: Settings };
}

const documentSchema = z.strictObject({
  linkSecret: z.string().min(32).max(200),
  signInUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .exactOptional(),
  webChatUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .exactOptional(),
  platforms: z.partialRecord(z.enum(platformNames), z.record(z.string(), z.string())),
});

/** Undefined while no platform was ever connected. Throws `bad_config` with what is wrong in it. */
export async function readPlatformSettings(folder: string): Promise<PlatformSettings | undefined> {
  const file = join(folder, settingsFile);
  const text = await readIfThere(file).catch((cause: unknown) => {
    throw new Fault('bad_config', `${file} cannot be read.`, { cause });
  });
  return text === undefined ? undefined : parse(file, text);
}

/** Adds or replaces one platform; checked before anything is written, and written whole. */
export async function writePlatformSettings(
  folder: string,
  change: (settings: PlatformSettings) => PlatformSettings,
): Promise<PlatformSettings> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, settingsFile);
  const former = (await readPlatformSettings(folder)) ?? {
    linkSecret: randomBytes(32).toString('base64url'),
    platforms: {},
  };
  const text = `${JSON.stringify(change(former), null, 2)}\n`;
  const settings = parse(file, text);
  await writeSynced(file, text);
  return settings;
}

/** One platform's settings with its defaults. Throws `bad_config` naming the fields, never their values. */
export function parseSettings(name: PlatformName, given: unknown, file = 'settings'): Settings {
  const parsed = drivers[name].settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Fault('bad_config', `${file}: ${name} is not as it must be. ${wrong.join('; ')}`);
}

function parse(file: string, text: string): PlatformSettings {
  const document = documentSchema.safeParse(asJson(file, text));
  if (!document.success) {
    const [issue] = document.error.issues;
    throw new Fault('bad_config', `${file}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { platforms, ...rest } = document.data;
  const named = Object.entries(platforms) as [PlatformName, Settings][];
  return {
    ...rest,
    platforms: Object.fromEntries(
      named.map(([name, given]) => [name, parseSettings(name, given, file)]),
    ),
  };
}

function asJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('bad_config', `${file} is no JSON.`, { cause });
  }
}
