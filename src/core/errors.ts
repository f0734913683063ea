/** Who is to blame for a fault; decides log level and status at the border. */
export type Culprit = 'peer' | 'upstream' | 'bug';

/** Every code a stranger or an operator may meet, once. `docs/reference/errors.md` is held equal by a test. */
export const errorCodes = {
  bad_frame: { status: 400, close: 4000, culprit: 'peer' },
  bad_request: { status: 400, close: 4000, culprit: 'peer' },
  unsupported_version: { status: 400, close: 4002, culprit: 'peer' },
  not_signed_in: { status: 401, close: 4001, culprit: 'peer' },
  bad_token: { status: 401, close: 4001, culprit: 'peer' },
  token_expired: { status: 401, close: 4001, culprit: 'peer' },
  token_replayed: { status: 401, close: 4001, culprit: 'peer' },
  bad_credentials: { status: 401, close: 4001, culprit: 'peer' },
  code_required: { status: 401, close: 4001, culprit: 'peer' },
  forbidden: { status: 403, close: 4003, culprit: 'peer' },
  origin_not_allowed: { status: 403, close: 4003, culprit: 'peer' },
  not_found: { status: 404, close: 4004, culprit: 'peer' },
  conflict: { status: 409, close: 4009, culprit: 'peer' },
  cid_conflict: { status: 409, close: 4009, culprit: 'peer' },
  not_owner: { status: 409, close: 4009, culprit: 'peer' },
  already_taken: { status: 409, close: 4009, culprit: 'peer' },
  too_large: { status: 413, close: 1009, culprit: 'peer' },
  unsupported_type: { status: 415, close: 4000, culprit: 'peer' },
  words_refused: { status: 422, close: 4000, culprit: 'peer' },
  rate_limited: { status: 429, close: 4029, culprit: 'peer' },
  locked_out: { status: 429, close: 4029, culprit: 'peer' },
  hello_timeout: { status: 408, close: 4005, culprit: 'peer' },
  heartbeat_lost: { status: 408, close: 4006, culprit: 'peer' },
  slow_reader: { status: 408, close: 4008, culprit: 'peer' },
  overloaded: { status: 503, close: 1013, culprit: 'upstream' },
  shutting_down: { status: 503, close: 1012, culprit: 'upstream' },
  store_failed: { status: 503, close: 1013, culprit: 'upstream' },
  wallet_failed: { status: 502, close: 1011, culprit: 'upstream' },
  data_folder_in_use: { status: 500, close: 1011, culprit: 'peer' },
  store_corrupt: { status: 500, close: 1011, culprit: 'upstream' },
  bad_config: { status: 500, close: 1011, culprit: 'peer' },
  bad_content: { status: 422, close: 1011, culprit: 'peer' },
  bad_workspace: { status: 500, close: 1011, culprit: 'peer' },
  internal: { status: 500, close: 1011, culprit: 'bug' },
} as const satisfies Record<string, { status: number; close: number; culprit: Culprit }>;

export type ErrorCode = keyof typeof errorCodes;

/** A fault: thrown where it happens, caught at one frame, one request, one outbox row or one command. `message` says what is wrong and what is right. */
export class Fault extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
  get culprit(): Culprit {
    return errorCodes[this.code].culprit;
  }
}
