import { z } from 'zod';
import {
  deskAgentSchema,
  deskCommandReplySchema,
  deskCommandSchema,
  deskConversationSchema,
  deskCountsSchema,
  deskListReplySchema,
  deskPresenceReplySchema,
  deskPresenceRequestSchema,
  deskPresenceSchema,
  deskQueuesReplySchema,
} from '../../protocol/index.ts';
import { listQuerySchema } from '../lists.ts';
import { anyAgent, emptyReply, type ApiRoute } from './route.ts';

const file = z.looseObject({ id: z.string(), name: z.string(), type: z.string(), bytes: z.int() });

/** Routes that are mounted by the conversations' own router; told of here with the rest. */
export const describedRoutes: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/sign-out',
    tells: 'Ends the session.',
    roles: 'anyone',
    scope: null,
    reply: emptyReply,
  },
  {
    method: 'get',
    path: '/me',
    tells: 'Who is signed in.',
    roles: anyAgent,
    scope: 'conversations:read',
    reply: z.object({ agent: deskAgentSchema }),
  },
  {
    method: 'get',
    path: '/counts',
    tells: 'How many conversations stand in each list, counted up to a hundred.',
    roles: anyAgent,
    scope: 'conversations:read',
    reply: deskCountsSchema,
  },
  {
    method: 'get',
    path: '/conversations',
    tells: 'One page of a list.',
    roles: anyAgent,
    scope: 'conversations:read',
    query: listQuerySchema,
    reply: deskListReplySchema,
  },
  {
    method: 'get',
    path: '/conversations/:conv',
    tells: 'A conversation’s head and one page of its transcript.',
    roles: anyAgent,
    scope: 'conversations:read',
    query: z.object({ before: z.coerce.number().int().min(1).optional() }),
    reply: deskConversationSchema,
  },
  {
    method: 'post',
    path: '/conversations/:conv/commands',
    tells:
      'What an agent does: accept, say, note, transfer, snooze, close and the like. A reply that asks for a secret is refused with `words_refused`.',
    roles: anyAgent,
    scope: 'conversations:write',
    body: deskCommandSchema,
    reply: deskCommandReplySchema,
  },
  {
    method: 'get',
    path: '/presence',
    tells: 'Who is there, and how much they have to do.',
    roles: anyAgent,
    scope: 'agents:read',
    reply: deskPresenceReplySchema,
  },
  {
    method: 'post',
    path: '/presence',
    tells: 'Says whether one is available oneself.',
    roles: anyAgent,
    scope: null,
    body: deskPresenceRequestSchema,
    reply: deskPresenceSchema,
  },
  {
    method: 'get',
    path: '/queues',
    tells: 'How the teams are doing.',
    roles: anyAgent,
    scope: 'agents:read',
    reply: deskQueuesReplySchema,
  },
  {
    method: 'get',
    path: '/files/:id',
    tells: 'The bytes of a file.',
    roles: anyAgent,
    scope: null,
    reply: z.unknown(),
  },
  {
    method: 'post',
    path: '/files',
    tells: 'Takes a file for a reply; the body is the file, its name stands in the query.',
    roles: anyAgent,
    scope: null,
    query: z.object({ conv: z.string(), name: z.string() }),
    reply: z.object({ file }),
  },
];
