import { z } from 'zod';
import { Fault, parseConversationId } from '../../core/index.ts';
import type { NextFunction, Request, Response } from '../../http/index.ts';
import type { SessionPrincipal } from '../../identity/index.ts';
import { clientFrameSchema, sessionRequestSchema } from '../../protocol/index.ts';
import type { ClientFrame, SessionReply } from '../../protocol/index.ts';
import type { Received } from '../../turn/index.ts';
import type { VisitorBuckets } from './bucket.ts';
import { countFault, firstIssue, inboundOf, ratingOf, secretOf } from './frames-in.ts';
import { conversations, knownZone, sendTranscript, tickets } from './history-api.ts';
import { isOffered, nearestLanguage } from './languages.ts';
import type { LongPolls } from './long-poll.ts';
import { mountFiles } from './files-api.ts';
import type { WebChannelDeps, WebLimits } from './ports.ts';
import { withFiles } from './sent-files.ts';
import { ownConversation, principalOf, readableConversation } from './session-of.ts';

export interface HttpApiDeps extends WebChannelDeps {
  readonly limits: WebLimits;
  readonly buckets: VisitorBuckets;
  readonly polls: LongPolls;
  readonly onSignedOut: (visitorId: string) => void;
}

/** The same conversation where a web socket cannot pass: the same frames, limits and refusals over HTTP. */
export function mountChatApi(deps: HttpApiDeps): void {
  deps.http.app.use('/api/chat', crossOrigin(deps));
  mountFiles(deps);
  const api = deps.http.api('/api/chat');
  api.get('/config', (_request, response) => {
    response.json(deps.config());
  });
  api.post('/session', async (request, response) => {
    response.json(await openSession(deps, request.body));
  });
  api.post('/signout', async (request, response) => {
    await signOut(deps, request);
    response.json({});
  });
  api.post('/send', async (request, response) => {
    response.json(await send(deps, request));
  });
  api.post('/secret', async (request, response) => {
    response.json(await submitSecret(deps, request));
  });
  api.post('/rate', async (request, response) => {
    response.json(await rate(deps, request));
  });
  api.post('/language', async (request, response) => {
    await setLanguage(deps, request);
    response.json({});
  });
  api.get('/tickets', async (request, response) => {
    response.json(await tickets(deps, request));
  });
  api.get('/conversations', async (request, response) => {
    response.json(await conversations(deps, request));
  });
  api.get('/transcript', async (request, response) => {
    await sendTranscript(deps, request, response);
  });
  api.get('/events', async (request, response) => {
    response.json(await events(deps, request, response));
  });
}

/** Tokens travel in a header, never in a cookie, so a foreign page gains nothing by calling; it is refused all the same. */
function crossOrigin({ allowOrigin }: HttpApiDeps) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { origin, host } = request.headers;
    response.vary('Origin');
    if (origin !== undefined) {
      if (!allowOrigin(origin, host)) {
        throw new Fault('origin_not_allowed', 'This page may not use the chat.');
      }
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    }
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-File-Name');
    response.setHeader('Access-Control-Max-Age', '600');
    response.status(204).end();
  };
}

async function openSession(deps: HttpApiDeps, body: unknown): Promise<SessionReply> {
  const { visitorToken, userToken, language, timeZone } = parse(sessionRequestSchema, body);
  const session = await sessionFor(deps, userToken, visitorToken);
  const offered = nearestLanguage(deps.config(), language);
  const { sessionToken, expiresAtMs, visitorId, customerId } = session;
  const who = { visitorId, ...(customerId !== undefined && { customerId }) };
  const conv = await deps.turns.open(who, 'web', offered, knownZone(timeZone));
  if (customerId !== undefined) deps.onCustomer?.(customerId);
  return {
    sessionToken,
    visitorToken: session.visitorToken,
    expiresAtMs,
    conv,
    customer: customerId !== undefined,
    language: offered,
  };
}

function sessionFor({ visitors }: HttpApiDeps, userToken?: string, visitorToken?: string) {
  if (userToken !== undefined) return visitors.identified(userToken, visitorToken);
  return visitorToken === undefined ? visitors.anonymous() : visitors.refresh(visitorToken);
}

const signOutSchema = z.strictObject({ visitorToken: z.string().max(4096) });

async function signOut(deps: HttpApiDeps, request: Request): Promise<void> {
  const { visitorId } = await principalOf(deps, request);
  const { visitorToken } = parse(signOutSchema, request.body);
  await deps.visitors.signOut(visitorToken);
  deps.onSignedOut(visitorId);
}

async function send(deps: HttpApiDeps, request: Request) {
  const frame = frameOf('send', request.body);
  const inbound = frame.t === 'send' ? inboundOf(frame) : undefined;
  if (!inbound) throw new Fault('bad_request', 'The message cannot be read.');
  const principal = await mayWrite(deps, request, inbound.conversationId);
  const whole =
    frame.t === 'send' ? await withFiles(deps, principal, inbound, frame.files) : inbound;
  if ('kind' in whole) throw new Fault(whole.code, whole.message);
  return acknowledged(frame, await deps.turns.receive(whole));
}

async function submitSecret(deps: HttpApiDeps, request: Request) {
  const frame = frameOf('secret', request.body);
  const secret = frame.t === 'secret' ? secretOf(frame) : undefined;
  if (!secret) throw new Fault('bad_request', 'The code cannot be read.');
  await mayWrite(deps, request, secret.conversationId);
  return acknowledged(frame, await deps.turns.submitSecret(secret));
}

async function rate(deps: HttpApiDeps, request: Request) {
  const frame = frameOf('rate', request.body);
  const rating = frame.t === 'rate' ? ratingOf(frame) : undefined;
  if (!rating) throw new Fault('bad_request', 'The rating cannot be read.');
  await mayWrite(deps, request, rating.conversationId);
  return acknowledged(frame, await deps.turns.rate(rating));
}

async function setLanguage(deps: HttpApiDeps, request: Request): Promise<void> {
  const frame = frameOf('lang', request.body);
  const conv = 'conv' in frame ? parseConversationId(frame.conv) : undefined;
  if (frame.t !== 'lang' || !conv) throw new Fault('bad_request', 'The request cannot be read.');
  if (!isOffered(deps.config(), frame.language)) {
    throw new Fault('bad_request', 'language: not one that is offered');
  }
  await mayWrite(deps, request, conv);
  await deps.turns.setLanguage(conv, frame.language);
}

const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const eventsQuerySchema = z.object({
  conv: z.string(),
  after: count.default(0),
  epoch: z.string().max(64).default(''),
  waitMs: count.default(0),
  before: count.optional(),
});

async function events(deps: HttpApiDeps, request: Request, response: Response) {
  const query = parse(eventsQuerySchema, request.query);
  const principal = await principalOf(deps, request);
  const conv = await readableConversation(deps, principal, query.conv);
  if (query.before !== undefined) return deps.polls.before(conv, query.before);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const waitMs = Math.min(query.waitMs, deps.limits.longPollMaxMs);
  return deps.polls.after(principal, conv, { ...query, waitMs, gone: gone.signal });
}

/** A body is the frame of the same name without its `t`. */
function frameOf(t: ClientFrame['t'], body: unknown): ClientFrame {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Fault('bad_request', 'The body must be a JSON object, sent as application/json.');
  }
  const frame = parse(clientFrameSchema, { ...body, t });
  const fault = countFault(frame);
  if (fault !== undefined) throw new Fault('bad_request', fault);
  return frame;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Fault('bad_request', firstIssue(parsed.error));
  return parsed.data;
}

function acknowledged(frame: ClientFrame, received: Received) {
  if (received.kind === 'refused') throw new Fault(received.code, received.message);
  const { cid, conv } = frame as Extract<ClientFrame, { t: 'send' | 'secret' | 'rate' }>;
  return { conv, cid, seq: received.seq, dup: received.duplicate };
}

async function mayWrite(
  deps: HttpApiDeps,
  request: Request,
  conv: string,
): Promise<SessionPrincipal> {
  const principal = await principalOf(deps, request);
  await ownConversation(deps, principal, conv);
  if (!deps.buckets.take(principal.visitorId, deps.clock())) {
    throw new Fault('rate_limited', 'Too many messages; send it again in a moment.');
  }
  return principal;
}
