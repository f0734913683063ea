export { createFiles, tooLarge, type FilesDeps } from './files.ts';
export type * from './ports.ts';
