/** What may be sent as a file: found out from the content, never from the name. */
export const fileTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'application/pdf',
  'text/plain',
  'video/mp4',
] as const;
export type FileType = (typeof fileTypes)[number];

/** A file as messages, slots and tickets speak of it; its bytes are fetched by `id` and only by whom it concerns. */
export interface FileRef {
  readonly id: string;
  /** As its sender called it: text for people, without a path, never used to find it. */
  readonly name: string;
  readonly type: FileType;
  readonly bytes: number;
  /** Pixels, of images whose header tells. */
  readonly width?: number;
  readonly height?: number;
}
