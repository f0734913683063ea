/** Everything of the platforms that others use; loaded by `loadPlatforms`. */
export { createPlatforms } from './platforms.ts';
export { readPlatformSettings, writePlatformSettings } from './settings.ts';
export { connect, fieldsOf, sendTest } from './setup.ts';
