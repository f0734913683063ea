import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from './core/index.ts';

/** Keys of this installation: made at the first start, kept beside the database, readable by its user alone. */
export interface Secrets {
  /** Signs visitor and session tokens. */
  readonly session: string;
  /** Keys the hashes of one-time codes. */
  readonly codes: string;
  /** Shared with the host page's server, unless the environment gives another. */
  readonly userToken: string;
}

/** Reads `secrets.json` of the data folder, or makes it. Throws `bad_config` when it is there and not usable. */
export async function openSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'secrets.json');
  const made = { session: randomKey(), codes: randomKey(), userToken: randomKey() };
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(made, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return parseSecrets(await readFile(file, 'utf8'), file);
  }
}

function parseSecrets(text: string, file: string): Secrets {
  try {
    const { session, codes, userToken } = JSON.parse(text) as Record<string, unknown>;
    if (isKey(session) && isKey(codes) && isKey(userToken)) return { session, codes, userToken };
  } catch {
    // Told below with what is right.
  }
  throw new Fault(
    'bad_config',
    `${file} must hold "session", "codes" and "userToken", each of 32 characters or more; remove it to have new ones made (everyone has to sign in again).`,
  );
}

const isKey = (value: unknown): value is string => typeof value === 'string' && value.length >= 32;

const randomKey = (): string => randomBytes(32).toString('base64url');
