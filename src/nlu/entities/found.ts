import type { EntityType, Value } from '../../core/index.ts';

/** An entity in the shadow of a text; offsets are the shadow's. A `link` only keeps its place from being read as something else. */
export interface Found {
  readonly type: EntityType | 'link';
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}
