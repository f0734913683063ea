import { modelFormat, type EngineModel } from './model.ts';
import { finalise } from './random.ts';

type Numbers = Int8Array | Int32Array | Uint32Array | Float32Array | Float64Array;
type Kind = 'int8' | 'int32' | 'uint32' | 'float32' | 'float64';

/**
 * File layout: mark, format, checksum and length of the rest (4 bytes each, little-endian like every machine that
 * Node runs on), then a JSON head, then the arrays that the head lists, each at a multiple of eight.
 */
const mark = 0x4c4e464b;
const prefixLength = 16;

interface Head {
  readonly body: unknown;
  readonly arrays: readonly { readonly kind: Kind; readonly length: number }[];
}

/** The model as one file's bytes; equal models give equal bytes. */
export function serialiseModel(model: EngineModel): Uint8Array {
  const arrays: Numbers[] = [];
  const body = JSON.stringify(model, (_key, value: unknown) => {
    if (!isNumbers(value)) return value;
    arrays.push(value);
    return { $array: arrays.length - 1 };
  });
  const listed = arrays.map((array) => ({ kind: kindOf(array), length: array.length }));
  const text = new TextEncoder().encode(`{"arrays":${JSON.stringify(listed)},"body":${body}}`);
  const start = aligned(prefixLength + 8 + text.length);
  const size = arrays.reduce((sum, array) => sum + aligned(array.byteLength), start);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(prefixLength, text.length, true);
  bytes.set(text, prefixLength + 8);
  let at = start;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  view.setUint32(0, mark, true);
  view.setUint32(4, modelFormat, true);
  view.setUint32(8, checksum(bytes.subarray(prefixLength)), true);
  view.setUint32(12, size, true);
  return bytes;
}

/**
 * The model that was written, or undefined when the bytes are not a whole model of this format: a cache that is torn
 * or from another version is trained anew. Compare `trainedOn` with `trainingDigest` before using it.
 */
export function deserialiseModel(bytes: Uint8Array): EngineModel | undefined {
  if (bytes.length < prefixLength + 8) return undefined;
  const copy = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  if (view.getUint32(0, true) !== mark || view.getUint32(4, true) !== modelFormat) return undefined;
  if (view.getUint32(12, true) !== copy.length) return undefined;
  if (view.getUint32(8, true) !== checksum(copy.subarray(prefixLength))) return undefined;
  const length = view.getUint32(prefixLength, true);
  const text = new TextDecoder().decode(copy.subarray(prefixLength + 8, prefixLength + 8 + length));
  // Our own bytes, proven whole by the checksum: no second validation field by field.
  const head = JSON.parse(text) as Head;
  let at = aligned(prefixLength + 8 + length);
  const arrays = head.arrays.map(({ kind, length }) => {
    const array = viewOf(kind, copy, at, length);
    at += aligned(array.byteLength);
    return array;
  });
  return revive(head.body, arrays) as EngineModel;
}

function revive(value: unknown, arrays: readonly Numbers[]): unknown {
  if (Array.isArray(value)) return value.map((item) => revive(item, arrays));
  if (typeof value !== 'object' || value === null) return value;
  if ('$array' in value) return arrays[Number(value.$array)];
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, revive(item, arrays)]),
  );
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}

/** Over whole words; the file's length is a multiple of eight. */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let sum = 0x811c9dc5;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193) + 1;
  return finalise(sum);
}

function isNumbers(value: unknown): value is Numbers {
  return (
    value instanceof Int8Array ||
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Float32Array ||
    value instanceof Float64Array
  );
}

function kindOf(array: Numbers): Kind {
  if (array instanceof Int8Array) return 'int8';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof Uint32Array) return 'uint32';
  return array instanceof Float32Array ? 'float32' : 'float64';
}

function viewOf(kind: Kind, bytes: Uint8Array, at: number, length: number): Numbers {
  const { buffer, byteOffset } = bytes;
  const start = byteOffset + at;
  switch (kind) {
    case 'int8':
      return new Int8Array(buffer, start, length);
    case 'int32':
      return new Int32Array(buffer, start, length);
    case 'uint32':
      return new Uint32Array(buffer, start, length);
    case 'float32':
      return new Float32Array(buffer, start, length);
    case 'float64':
      return new Float64Array(buffer, start, length);
  }
}
