import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Of the data folder: which platforms are connected, and their keys. */
export const settingsFile = 'channels.json';

/** Whether a platform was ever connected here. */
export function hasPlatforms(folder: string): boolean {
  return existsSync(join(folder, settingsFile));
}

/** The drivers and the libraries that they stand on: a third of what a service without platforms would hold in memory. */
export function loadPlatforms() {
  return import('./whole.ts');
}
