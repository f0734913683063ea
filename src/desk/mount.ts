import { apiRouter, mountReference } from './api/mount.ts';
import type { Desk, DeskDeps } from './deps.ts';
import { mountPages } from './pages.ts';
import { deskRouter } from './routes.ts';
import { DeskSockets } from './sockets.ts';

/** Everything that agents call: REST under /api/desk, the socket at /api/desk/socket, the page under /desk/. */
export function mountDesk(deps: DeskDeps): Desk {
  const sockets = new DeskSockets(deps);
  if (deps.api) {
    deps.app.use(
      '/api/desk',
      apiRouter({ ...deps, api: deps.api, recheck: () => sockets.recheck() }),
    );
    mountReference(deps.app);
  }
  deps.app.use('/api/desk', deskRouter(deps, sockets));
  deps.onUpgrade('/api/desk/socket', (request, socket, head) => {
    sockets.upgrade(request, socket, head);
  });
  if (deps.pages !== undefined) mountPages(deps.app, deps.pages);
  return { close: () => sockets.close() };
}
