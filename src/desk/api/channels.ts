import { deskChannelsSchema } from '../../protocol/index.ts';
import { leads, route } from './route.ts';

export const channelRoutes = [
  route({
    method: 'get',
    path: '/channels',
    tells:
      'How each messaging platform does since this node started: what came, went, was put off or refused, and what went wrong last.',
    roles: leads,
    scope: 'agents:read',
    reply: deskChannelsSchema,
    run: async ({ api }) => ({ channels: api.channels?.() ?? [] }),
  }),
];
