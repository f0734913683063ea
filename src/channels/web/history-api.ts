import { z } from 'zod';
import { Fault } from '../../core/index.ts';
import type { Request, Response } from '../../http/index.ts';
import type { ConversationsReply, TicketsReply } from '../../protocol/index.ts';
import { ownConversations } from './former.ts';
import { firstIssue } from './frames-in.ts';
import { nearestLanguage } from './languages.ts';
import type { WebChannelDeps } from './ports.ts';
import { principalOf, readableConversation } from './session-of.ts';
import { transcript } from './transcript.ts';

const ticketsQuerySchema = z.object({ language: z.string().max(35).optional() });

/** The customer's own tickets as cards, newest first; who is nobody's customer has none. */
export async function tickets(deps: WebChannelDeps, request: Request): Promise<TicketsReply> {
  const principal = await principalOf(deps, request);
  const query = parse(ticketsQuerySchema, request.query);
  const { customerId } = principal;
  if (customerId === undefined || deps.tickets === undefined) return { tickets: [] };
  const language = nearestLanguage(deps.config(), query.language);
  const found = await deps.tickets(customerId);
  return {
    tickets: found.map((ticket) => {
      const { id, state, openedAtMs } = ticket;
      const [card] = deps
        .phrasebook()
        .render(language, [{ type: 'card', kind: 'ticket', of: { ...ticket } }]);
      if (!card) throw new Fault('internal', 'a ticket was drawn as nothing');
      return { id, state, openedAtMs, card };
    }),
  };
}

export async function conversations(
  deps: WebChannelDeps,
  request: Request,
): Promise<ConversationsReply> {
  const principal = await principalOf(deps, request);
  const current = await deps.turns.open(principal, 'web', deps.config().defaultLanguage);
  return ownConversations(deps.conversations, principal, current);
}

const transcriptQuerySchema = z.object({
  conv: z.string(),
  format: z.enum(['txt', 'html']).default('txt'),
  language: z.string().max(35).optional(),
  timeZone: z.string().max(64).optional(),
});

/** A file to keep: sent as one, and nothing in it runs should a browser show it after all. */
export async function sendTranscript(
  deps: WebChannelDeps,
  request: Request,
  response: Response,
): Promise<void> {
  const query = parse(transcriptQuerySchema, request.query);
  const principal = await principalOf(deps, request);
  const conv = await readableConversation(deps, principal, query.conv);
  const config = deps.config();
  const language = nearestLanguage(config, query.language);
  const words = deps.phrasebook();
  const body = await transcript(deps.conversations, conv, {
    format: query.format,
    language,
    timeZone: knownZone(query.timeZone) ?? config.support?.timeZone ?? 'UTC',
    brand: config.brand,
    rtl: config.languages.some(({ tag, dir }) => tag === language && dir === 'rtl'),
    customer: words.text(language, 'transcript.customer'),
    bot: words.text(language, 'transcript.bot'),
    joined: (name) => words.text(language, 'transcript.joined', { name }),
  });
  response.set({
    'Content-Type': `text/${query.format === 'html' ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="chat.${query.format}"`,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
  response.send(body);
}

/** A zone that this machine cannot tell the time of is as good as none. */
export function knownZone(timeZone: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZone ?? '' }).resolvedOptions().timeZone;
  } catch {
    return undefined; // the only way that Intl offers to ask whether a text is a zone
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Fault('bad_request', firstIssue(parsed.error));
  return parsed.data;
}
