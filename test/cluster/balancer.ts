import { connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  readonly url: string;
  close(): void;
}

const lookEveryMs = 100;

/**
 * What stands in front of the nodes: takes connections to those that say they are ready, one after the other, and tries the
 * next one when it cannot connect. No sticky sessions.
 */
export async function startBalancer(ports: () => readonly number[]): Promise<Balancer> {
  let ready: readonly number[] = ports();
  let turn = 0;
  const isReady = (port: number): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const look = async (): Promise<void> => {
    const all = ports();
    const states = await Promise.all(all.map(isReady));
    ready = all.filter((_, index) => states[index]);
  };
  const looks = setInterval(() => void look(), lookEveryMs);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    turn += 1;
    const order = ready.map((_, index) => ready[(turn + index) % ready.length] ?? 0);
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    pass(client, order);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : 0);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      clearInterval(looks);
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function pass(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    client.destroy();
    return;
  }
  const node = connect(port, '127.0.0.1');
  let isThrough = false;
  node.on('connect', () => {
    isThrough = true;
    client.pipe(node);
    node.pipe(client);
  });
  node.on('error', () => {
    if (isThrough) client.destroy();
    else pass(client, others);
  });
  client.on('close', () => node.destroy());
  node.on('close', () => isThrough && client.destroy());
}
