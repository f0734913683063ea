import { crc32, deflateSync } from 'node:zlib';

/** The smallest files of each kind that tell what they are, and how large a picture; nothing can be seen on them. */

const ascii = (text: string) => Buffer.from(text, 'latin1');

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const little = (bytes: Buffer) => Buffer.from(bytes).reverse();

/** Header, end: enough for what it is, not for a viewer. */
export function png(width: number, height: number): Uint8Array {
  const header = [u32(13), ascii('IHDR'), u32(width), u32(height), ascii('\x08\x02\0\0\0'), u32(0)];
  const end = [u32(0), ascii('IDAT'), u32(0), u32(0), ascii('IEND'), u32(0xae426082)];
  return Buffer.concat([ascii('\x89PNG\r\n\x1a\n'), ...header, ...end]);
}

export function gif(width: number, height: number): Uint8Array {
  return Buffer.concat([
    ascii('GIF89a'),
    little(u16(width)),
    little(u16(height)),
    ascii('\0\0\0\x3b'),
  ]);
}

/** With an Exif segment when `orientation` is given. */
export function jpeg(width: number, height: number, orientation?: number): Uint8Array {
  const entry = [u16(0x0112), u16(3), u32(1), u16(orientation ?? 1), u16(0)];
  const tiff = [ascii('MM\0\x2a'), u32(8), u16(1), ...entry, u32(0)];
  const exif = Buffer.concat([ascii('Exif\0\0'), ...tiff]);
  const app1 = orientation === undefined ? [] : [ascii('\xff\xe1'), u16(exif.length + 2), exif];
  const tables = [ascii('\xff\xdb'), u16(4), ascii('\0\0')];
  const frame = [
    ascii('\xff\xc0'),
    u16(11),
    ascii('\x08'),
    u16(height),
    u16(width),
    ascii('\x01\x01\x11\0'),
  ];
  return Buffer.concat([ascii('\xff\xd8'), ...app1, ...tables, ...frame, ascii('\xff\xd9')]);
}

function riff(form: string, body: Buffer): Uint8Array {
  const size = little(u32(body.length));
  const head = [ascii('RIFF'), little(u32(body.length + 12)), ascii('WEBP')];
  return Buffer.concat([...head, ascii(form), size, body]);
}

const u24 = (value: number) => little(u32(value)).subarray(0, 3);

export const webp = {
  lossy: (width: number, height: number) =>
    riff(
      'VP8 ',
      Buffer.concat([ascii('\0\0\0\x9d\x01\x2a'), little(u16(width)), little(u16(height))]),
    ),
  lossless: (width: number, height: number) =>
    riff('VP8L', Buffer.concat([ascii('\x2f'), little(u32((width - 1) | ((height - 1) << 14)))])),
  extended: (width: number, height: number) =>
    riff('VP8X', Buffer.concat([ascii('\0\0\0\0'), u24(width - 1), u24(height - 1)])),
};

function box(name: string, ...body: Buffer[]): Buffer {
  const size = body.reduce((sum, { length }) => sum + length, 8);
  return Buffer.concat([u32(size), ascii(name), ...body]);
}

/** As phones write it: a thumbnail's size beside the picture's. */
export function heic(width: number, height: number): Uint8Array {
  const small = box('ispe', u32(0), u32(320), u32(240));
  const full = box('ispe', u32(0), u32(width), u32(height));
  const sizes = box('iprp', box('ipco', small, full));
  return Buffer.concat([box('ftyp', ascii('heic\0\0\0\0mif1heic')), box('meta', u32(0), sizes)]);
}

/** What phones record, as far as it tells what it is. */
export const mp4: Uint8Array = Buffer.concat([
  box('ftyp', ascii('isom\0\0\x02\0isomiso2mp41')),
  box('mdat'),
]);

export const pdf: Uint8Array = ascii('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

/** A whole picture that viewers show: a square of one colour. */
export function pngSquare(side: number, color: readonly [number, number, number]): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([ascii(type), data]);
    return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
  };
  const row = Buffer.from([0, ...Array.from({ length: side }, () => color).flat()]);
  const rows = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([
    ascii('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', Buffer.concat([u32(side), u32(side), ascii('\x08\x02\0\0\0')])),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
