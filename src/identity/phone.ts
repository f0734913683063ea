import type { Clock } from '../core/index.ts';
import type { CodeSender } from './ports.ts';

/** What arrived on a customer's phone; the words around it are the page's. */
type PhoneMessage = PhoneContent & {
  /** Counts up from 1 for each customer. */
  readonly n: number;
  readonly atMs: number;
};

type PhoneContent =
  | {
      readonly kind: 'code';
      readonly code: string;
      readonly expiresAtMs: number;
      /** What the code is for, when the wallet sent it. */
      readonly purpose?: string;
    }
  | {
      readonly kind: 'password_reset';
      readonly channel: 'email' | 'phone';
      readonly token: string;
      readonly expiresAtMs: number;
    };

/** Everybody's phone in the sandbox: in memory, for the demo page to show. Never with real customers. */
export interface SandboxPhone extends CodeSender {
  /** Messages with `n > after`, oldest first. */
  messages(customerId: string, after: number): readonly PhoneMessage[];
  /** Whatever the wallet itself sends. */
  receive(customerId: string, content: PhoneContent): void;
}

const messagesMax = 50;
const phonesMax = 10_000;

export function createSandboxPhone(options: {
  readonly clock: Clock;
  /** The masked end of the customer's number; default `···` and their id's last characters. */
  readonly tailOf?: (customerId: string) => Promise<string>;
}): SandboxPhone {
  const phones = new Map<string, { count: number; messages: readonly PhoneMessage[] }>();
  const { clock, tailOf = async (customerId: string) => `···${customerId.slice(-2)}` } = options;

  const receive = (customerId: string, content: PhoneContent): void => {
    const { count, messages } = phones.get(customerId) ?? { count: 0, messages: [] };
    const message = { ...content, n: count + 1, atMs: clock() };
    // Set anew at the end: the phone that was silent longest is the first to go.
    phones.delete(customerId);
    phones.set(customerId, {
      count: count + 1,
      messages: [...messages.slice(1 - messagesMax), message],
    });
    for (const silent of phones.keys()) {
      if (phones.size <= phonesMax) break;
      phones.delete(silent);
    }
  };

  return {
    receive,
    messages: (customerId, after) =>
      (phones.get(customerId)?.messages ?? []).filter(({ n }) => n > after),
    send: async (customerId, code, expiresAtMs) => {
      const tail = await tailOf(customerId);
      receive(customerId, { kind: 'code', code, expiresAtMs });
      return { tail };
    },
  };
}
