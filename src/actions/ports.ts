import type { ActionSpec, Value, Values } from '../core/index.ts';

/** The registry of account actions: the only way from a conversation or an agent to the wallet. */
export interface Actions {
  readonly specs: { readonly [name: string]: ActionSpec };
  /**
   * Runs one action. The wallet gets `effectId` as idempotency key, so that a repeat is harmless.
   * `unknown`: no certain answer; call again later with the same request.
   * Refused here, before the wallet: `not_allowed` when the level does not reach, the consent is missing
   * or not the digest of these very arguments, or an argument does not fit its schema.
   */
  run(request: ActionRequest): Promise<ActionResult>;
}

export interface ActionRequest {
  readonly effectId: string;
  readonly action: string;
  readonly args: Values;
  readonly customerId: string | null;
  readonly level: 'anyone' | 'identified' | 'verified';
  readonly consent?: string;
}

export type ActionResult =
  | { readonly kind: 'ok'; readonly result: Value; readonly receipt: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' };
