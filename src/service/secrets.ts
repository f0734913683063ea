import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/index.ts';
import { writeSynced } from '../workspace/index.ts';

/** Keys of this installation: made at the first start, kept beside the database, readable by its user alone. */
export interface Secrets {
  /** Signs visitor and session tokens. */
  readonly session: string;
  /** Keys the hashes of one-time codes. */
  readonly codes: string;
  /** Shared with the host page's server, unless the environment gives another. */
  readonly userToken: string;
  /** Lets whoever can read this file publish content. */
  readonly operator: string;
}

/** Reads `secrets.json` of the data folder, or makes it. Throws `bad_config` when it is there and not usable. */
export async function openSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'secrets.json');
  const made = {
    session: randomKey(),
    codes: randomKey(),
    userToken: randomKey(),
    operator: randomKey(),
  };
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(made, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const kept = parseSecrets(await readFile(file, 'utf8'), file);
    if (kept.operator !== undefined) return { ...kept, operator: kept.operator };
    // Made by a version that had no operator's key yet.
    const grown = { ...kept, operator: made.operator };
    await writeSynced(file, `${JSON.stringify(grown, null, 2)}\n`);
    return grown;
  }
}

/** The operator's key of a service's data folder, for a command on the same machine. Throws `not_found` without one. */
export async function readOperatorKey(folder: string): Promise<string> {
  const file = join(folder, 'secrets.json');
  const text = await readFile(file, 'utf8').catch(() => {
    const mend = 'name the data folder of the service with --data';
    throw new Fault('not_found', `${file} cannot be read: ${mend}.`);
  });
  const { operator } = parseSecrets(text, file);
  if (operator !== undefined) return operator;
  throw new Fault('not_found', `${file} has no operator's key yet: start the service once.`);
}

type KeptSecrets = Omit<Secrets, 'operator'> & { readonly operator: string | undefined };

function parseSecrets(text: string, file: string): KeptSecrets {
  try {
    const read = JSON.parse(text) as Record<string, unknown>;
    const { session, codes, userToken, operator } = read;
    if (isKey(session) && isKey(codes) && isKey(userToken)) {
      return { session, codes, userToken, operator: isKey(operator) ? operator : undefined };
    }
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
