import type {
  DeskAgent,
  DeskCommand,
  DeskCommandReply,
  DeskConversation,
  DeskCounts,
  DeskListName,
  DeskListReply,
} from './protocol.ts';

/** A refused or failed request; `by` names the agent who has the conversation. `network` when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly by: string | undefined;
  constructor(code: string, message: string, by?: string) {
    super(message);
    this.code = code;
    this.by = by;
  }
}

const rowsPerPage = 100;

export const api = {
  me: () => call<{ agent: DeskAgent }>('GET', '/me').then(({ agent }) => agent),
  signIn: (email: string, password: string) =>
    call<{ agent: DeskAgent }>('POST', '/sign-in', { email, password }).then(({ agent }) => agent),
  signOut: () => call<object>('POST', '/sign-out', {}),
  counts: () => call<DeskCounts>('GET', '/counts'),
  list(list: DeskListName, after: string | null): Promise<DeskListReply> {
    const query = new URLSearchParams({ list, limit: String(rowsPerPage) });
    if (after !== null) query.set('after', after);
    return call('GET', `/conversations?${query.toString()}`);
  },
  conversation: (conv: string, before?: number) =>
    call<DeskConversation>(
      'GET',
      `/conversations/${encodeURIComponent(conv)}${before === undefined ? '' : `?before=${before}`}`,
    ),
  command: (conv: string, command: DeskCommand) =>
    call<DeskCommandReply>('POST', `/conversations/${encodeURIComponent(conv)}/commands`, command),
};

/** The service vouches for its answers: they are typed, not parsed again. */
async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const response = await fetch(`/api/desk${path}`, {
    method,
    credentials: 'same-origin',
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch((cause: unknown) => {
    throw new ApiError('network', String(cause));
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  throw refusal(answer, response.status);
}

function refusal(answer: unknown, status: number): ApiError {
  if (typeof answer === 'object' && answer !== null && 'error' in answer) {
    const { code, message, by } = answer.error as { code: string; message: string; by?: string };
    return new ApiError(code, message, by);
  }
  return new ApiError('network', `status ${status}`);
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('other', String(error));
}
