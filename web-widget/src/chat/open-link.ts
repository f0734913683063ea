import type { Link, LinkEvents } from './link.ts';
import type { ChatPorts } from './ports.ts';
import { openSocketLink } from './socket-link.ts';
import type { Transcript } from './transcript.ts';
import type { SessionReply } from './wire.ts';

/** A socket, or requests where no socket passes; their code is fetched by those who need it. */
export async function openLink(
  polls: boolean,
  ports: ChatPorts & { readonly session: SessionReply; readonly transcript: Transcript },
  events: LinkEvents,
): Promise<Link> {
  const { server, session, transcript } = ports;
  const socketUrl = `${server.replace(/^http/, 'ws')}/api/chat/socket`;
  if (!polls) return openSocketLink(socketUrl, ports, events);
  const found = await import('./poll-link.ts').catch(() => undefined);
  if (!found) return openSocketLink(socketUrl, ports, events);
  const { sessionToken, conv, customer } = session;
  const { last: after, epoch } = transcript;
  return found.openPollLink({ ...ports, sessionToken, conv, customer, after, epoch }, events);
}
