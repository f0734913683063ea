/** One of the sandbox's people, as `GET /demo/api/customers` tells. */
export interface Customer {
  readonly customerId: string;
  readonly name: string;
  readonly story: string;
  readonly stories: Readonly<Record<string, string>>;
}

export type PhoneMessage = {
  /** Grows by one a message; the next look asks for what is behind it. */
  readonly n: number;
  readonly atMs: number;
  readonly expiresAtMs: number;
} & (
  | { readonly kind: 'code'; readonly code: string }
  | {
      readonly kind: 'password_reset';
      readonly channel: 'email' | 'phone';
      readonly token: string;
    }
);

const phoneWaitMs = 20_000;

/** Undefined when the service does not answer. */
export async function fetchCustomers(): Promise<readonly Customer[] | undefined> {
  const reply = await ask<{ customers: readonly Customer[] }>('/demo/api/customers');
  return reply?.customers;
}

/** What a host page's own server does after its sign-in: a signed word for who this is. */
export async function fetchUserToken(customerId: string): Promise<string> {
  const reply = await ask<{ userToken: string }>('/demo/api/token', { customerId });
  if (!reply) throw new Error('the demo gave no user token');
  return reply.userToken;
}

/** Waits for messages behind `after`; empty when none came in that time. */
export async function fetchPhone(
  customerId: string,
  after: number,
): Promise<readonly PhoneMessage[] | undefined> {
  const query = new URLSearchParams({
    customerId,
    after: String(after),
    waitMs: String(phoneWaitMs),
  });
  const reply = await ask<{ messages: readonly PhoneMessage[] }>(`/demo/api/phone?${query}`);
  return reply?.messages;
}

async function ask<T>(path: string, body?: unknown): Promise<T | undefined> {
  try {
    const reply = await fetch(path, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    return reply.ok ? ((await reply.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
