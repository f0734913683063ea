import type {
  DeskActionPreview,
  DeskActionReply,
  DeskActions,
  DeskAgent,
  DeskApprovals,
  DeskCanned,
  DeskChannels,
  DeskCommand,
  DeskCommandReply,
  DeskConversation,
  DeskCounts,
  DeskCustomer,
  DeskFlows,
  DeskInstead,
  DeskInsteadReply,
  DeskListName,
  DeskListReply,
  DeskPresence,
  DeskPresenceReply,
  DeskQueuesReply,
  DeskSearchReply,
  DeskTagReply,
  DeskWorkspace,
  ErrorReply,
  FileRef,
} from './protocol.ts';

/** A refused or failed request; `by` names the agent who has the conversation. `network` when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly by: string | undefined;
  /** With `words_refused`: which secret the words ask for. */
  readonly reason: string | undefined;
  constructor(code: string, message: string, more: { by?: string; reason?: string } = {}) {
    super(message);
    this.code = code;
    this.by = more.by;
    this.reason = more.reason;
  }
}

export const rowsPerPage = 100;

/** Arguments of an account action as the form gives them. */
export type ActionArgs = Readonly<Record<string, string | { amount: string; currency: string }>>;

const of = (conv: string): string => `/conversations/${encodeURIComponent(conv)}`;

export const api = {
  me: () => call<{ agent: DeskAgent }>('GET', '/me').then(({ agent }) => agent),
  /** `code`: of the second factor, when the first try was answered `code_required`. */
  signIn: (email: string, password: string, code?: string) =>
    call<{ agent: DeskAgent }>('POST', '/sign-in', {
      email,
      password,
      ...(code !== undefined && { code }),
    }).then(({ agent }) => agent),
  signOut: () => call<object>('POST', '/sign-out', {}),
  counts: () => call<DeskCounts>('GET', '/counts'),
  list(
    list: DeskListName,
    after: string | null,
    narrowed: Readonly<Record<string, string>>,
  ): Promise<DeskListReply> {
    const query = new URLSearchParams({ list, limit: String(rowsPerPage), ...narrowed });
    if (after !== null) query.set('after', after);
    return call('GET', `/conversations?${query.toString()}`);
  },
  search(q: string, after: string | null): Promise<DeskSearchReply> {
    const query = new URLSearchParams({ q });
    if (after !== null) query.set('after', after);
    return call('GET', `/search?${query.toString()}`);
  },
  conversation: (conv: string, before?: number) =>
    call<DeskConversation>('GET', `${of(conv)}${before === undefined ? '' : `?before=${before}`}`),
  command: (conv: string, command: DeskCommand, options?: { keepalive: boolean }) =>
    call<DeskCommandReply>('POST', `${of(conv)}/commands`, command, options),
  customer: (conv: string) => call<DeskCustomer>('GET', `${of(conv)}/customer`),
  /** What may be sent instead of words that the customer's platform holds back. */
  instead: (conv: string) => call<DeskInstead>('GET', `${of(conv)}/instead`),
  sendInstead: (conv: string, way: DeskInstead['ways'][number]['way']) =>
    call<DeskInsteadReply>('POST', `${of(conv)}/instead`, { way }),
  /** How the messaging platforms do; supervisors and admins. */
  channels: () => call<DeskChannels>('GET', '/channels'),
  canned: (conv: string) => call<DeskCanned>('GET', `${of(conv)}/canned`),
  tag: (conv: string, change: { add: readonly string[]; remove: readonly string[] }) =>
    call<DeskTagReply>('POST', `${of(conv)}/tags`, change),
  actions: (conv: string) => call<DeskActions>('GET', `${of(conv)}/actions`),
  previewAction: (conv: string, action: string, args: ActionArgs) =>
    call<DeskActionPreview>('POST', `${of(conv)}/actions/preview`, { action, args }),
  requestAction: (
    conv: string,
    request: {
      requestId: string;
      action: string;
      args: ActionArgs;
      confirm: string;
      reason: string;
    },
  ) => call<DeskActionReply>('POST', `${of(conv)}/actions`, request),
  decideAction: (conv: string, requestId: string, decision: { approve: boolean; reason: string }) =>
    call<DeskActionReply>(
      'POST',
      `${of(conv)}/actions/${encodeURIComponent(requestId)}/decision`,
      decision,
    ),
  approvals: () => call<DeskApprovals>('GET', '/approvals'),
  /** Topics that a conversation can be returned to, by their titles in this language if the bot has it. */
  flows: (language: string) =>
    call<DeskFlows>('GET', `/flows?${new URLSearchParams({ language }).toString()}`),
  workspace: () => call<DeskWorkspace>('GET', '/workspace'),
  presence: () => call<DeskPresenceReply>('GET', '/presence'),
  choosePresence: (status: 'available' | 'away') =>
    call<DeskPresence>('POST', '/presence', { status }),
  queues: () => call<DeskQueuesReply>('GET', '/queues'),
  upload(conv: string, file: File): Promise<FileRef> {
    const headers = {
      'content-type': file.type === '' ? 'application/octet-stream' : file.type,
      'x-file-name': encodeURIComponent(file.name),
    };
    const path = `/files?${new URLSearchParams({ conv }).toString()}`;
    return fetched<{ file: FileRef }>(path, { method: 'POST', headers, body: file }).then(
      ({ file: ref }) => ref,
    );
  },
};

/** Where a file of a message can be fetched. */
export function fileUrl({ id }: FileRef): string {
  return `/api/desk/files/${encodeURIComponent(id)}`;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

// eslint-disable-next-line max-params -- as a request is told: method, path, body
export function call<T>(
  method: Method,
  path: string,
  body?: object,
  { keepalive = false } = {},
): Promise<T> {
  // What changes something must say that it is JSON, even when it has nothing to say.
  const sent = method === 'GET' ? undefined : (body ?? {});
  return fetched(path, {
    method,
    keepalive,
    ...(sent && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    }),
  });
}

/** The service vouches for its answers: they are typed, not parsed again. */
async function fetched<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(`/api/desk${path}`, { credentials: 'same-origin', ...init }).catch(
    (cause: unknown) => {
      throw new ApiError('network', String(cause));
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  throw refusal(answer, response.status);
}

function refusal(answer: unknown, status: number): ApiError {
  if (typeof answer === 'object' && answer !== null && 'error' in answer) {
    const { code, message, ...more } = answer.error as ErrorReply['error'] & { reason?: string };
    return new ApiError(code, message, more);
  }
  return new ApiError('network', `status ${status}`);
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('other', String(error));
}
