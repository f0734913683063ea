import type { FileType } from '../core/index.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels as an image's header tells them, turned as a viewer turns it; undefined where it does not tell within the bytes
 * given. Only for the space that a page keeps free and for the ceiling: nothing is decoded.
 */
export function imageSize(type: FileType, bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = readers[type]?.(view);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the header ends early
    throw error;
  }
}

const readers: { readonly [type in FileType]?: (view: DataView) => Size | undefined } = {
  'image/png': (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/webp': webp,
  'image/jpeg': jpeg,
  'image/heic': heic,
};

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

/** Three forms: lossy, lossless, extended. */
function webp(view: DataView): Size | undefined {
  const form = text(view, 12);
  if (form === 'VP8 ') {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (form === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (form !== 'VP8X') return undefined;
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return { width: uint24(24) + 1, height: uint24(27) + 1 };
}

/** Walks the segments to the frame header, past an Exif segment that may say that the picture lies on its side. */
function jpeg(view: DataView): Size | undefined {
  let onSide = false;
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return onSide ? { width: height, height: width } : { width, height };
    }
    if (marker === 0xe1 && text(view, at + 4) === 'Exif') onSide = liesOnSide(view, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Start-of-frame markers, without the three of the same range that are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

const orientationTag = 0x0112;

/** Orientations 5 to 8 of TIFF are a quarter turn. */
function liesOnSide(view: DataView, tiff: number): boolean {
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  const count = view.getUint16(directory, little);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 2 + index * 12;
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const orientation = view.getUint16(entry + 8, little);
    return orientation >= 5 && orientation <= 8;
  }
  return false;
}

/** The largest `ispe` box: tiles and thumbnails have their own, smaller ones. */
function heic(view: DataView): Size | undefined {
  let best: Size | undefined;
  for (let at = 0; at + 16 <= view.byteLength; at += 1) {
    if (view.getUint8(at) !== 0x69 || text(view, at) !== 'ispe') continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!best || size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}
