import { reaches, type Value } from '../core/index.ts';
import type { Answer, Wallet } from '../wallet/index.ts';
import { consentDigest } from './consent.ts';
import type { ActionRequest, ActionResult, Actions } from './ports.ts';
import { actionSpecs, registry, type WalletCall } from './registry.ts';

export interface ActionsOptions {
  /** After this an answer is `unknown`. Ten seconds: longer than any healthy wallet, shorter than a customer's patience. */
  readonly deadlineMs?: number;
  /** Fires once after `ms` unless cancelled by the function it gives. */
  readonly startTimer?: (ms: number, fire: () => void) => () => void;
  /** Told of a wallet that threw or answered out of shape; never given arguments or results. */
  readonly onFault?: (action: string, effectId: string, error: unknown) => void;
}

type Told = Required<ActionsOptions>;

/** Reading a result deeper or longer than this is a wallet gone mad, not an answer. */
const resultDepthMax = 8;
const resultListMax = 1000;

/** The registry over one wallet. Never throws: what cannot be told for certain is `unknown`. */
export function createActions(wallet: Wallet, options: ActionsOptions = {}): Actions {
  const told: Told = {
    deadlineMs: 10_000,
    startTimer: startRealTimer,
    onFault: () => {},
    ...options,
  };
  return {
    specs: actionSpecs,
    run: async (request) => {
      const call = admit(request);
      if (call === undefined) return { kind: 'refused', reason: 'not_allowed' };
      return ask(wallet, call, request, told);
    },
  };
}

/** The call to make, or undefined when level, consent or arguments do not allow it. */
function admit(request: ActionRequest): WalletCall | undefined {
  const action = Object.hasOwn(registry, request.action) ? registry[request.action] : undefined;
  if (action === undefined) return undefined;
  const { spec } = action;
  if (!reaches(request.level, spec.level)) return undefined;
  if (spec.level !== 'anyone' && request.customerId === null) return undefined;
  if (spec.consent && request.consent !== consentDigest(request.action, request.args)) {
    return undefined;
  }
  return action.bind(request.args);
}

async function ask(
  wallet: Wallet,
  call: WalletCall,
  request: ActionRequest,
  told: Told,
): Promise<ActionResult> {
  const caller = {
    customer: { customerId: request.customerId ?? '' },
    key: { idempotencyKey: request.effectId },
  };
  try {
    const answer = await withDeadline(call(wallet, caller), told);
    return readAnswer(answer);
  } catch (error) {
    told.onFault(request.action, request.effectId, error);
    return { kind: 'unknown' };
  }
}

function readAnswer(answer: Answer<unknown>): ActionResult {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'ok', result: plain(answer.result, 0), receipt: answer.receipt };
    case 'refused':
      return { kind: 'refused', reason: answer.reason };
    case 'unknown':
      return { kind: 'unknown' };
    default:
      throw new TypeError('the wallet answered with an unknown kind');
  }
}

/** A late answer is dropped: the same key asked again later brings it. */
function withDeadline(answer: Promise<Answer<unknown>>, told: Told): Promise<Answer<unknown>> {
  return new Promise((resolve, reject) => {
    const cancel = told.startTimer(told.deadlineMs, () => resolve({ kind: 'unknown' }));
    answer.then(resolve, reject).finally(cancel);
  });
}

function startRealTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}

/** Records as plain values that the log can keep; anything else in an answer is a fault of the wallet. */
function plain(value: unknown, depth: number): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') {
    return value;
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || depth >= resultDepthMax) {
    throw new TypeError('the wallet answered with something that is no record');
  }
  if (Array.isArray(value)) {
    return value.slice(0, resultListMax).map((item: unknown) => plain(item, depth + 1));
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, depth + 1)]));
}
