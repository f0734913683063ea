export { createFiles, type FilesDeps } from './files.ts';
export { moveBlobs } from './move-blobs.ts';
export type * from './ports.ts';
export { fileHeaders, nameOfUpload, uploadBody } from './transfer.ts';
