import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pause, type Random } from './random.ts';

/** Longer than the client waits for one request (4 s). */
const lateMs = 5000;
/** Of a hundred requests: carried out and the answer lost; never carried out; answered late; delivered twice; answered twice. */
const faultsOfHundred = { lost: 6, dropped: 4, late: 2, twice: 6, doubled: 6 } as const;
type WalletFault = keyof typeof faultsOfHundred;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** In front of the company's wallet: while `isFaulty`, answers are lost, late or doubled, and requests too. */
export class WalletProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #random: Random;
  isFaulty = false;
  faults = 0;

  private constructor(targetPort: number, random: Random) {
    this.#targetPort = targetPort;
    this.#random = random;
    this.#server = createServer((asked, reply) => {
      this.#serve(asked, reply).catch(() => reply.destroy());
    });
  }

  static async start(targetPort: number, random: Random): Promise<WalletProxy> {
    const proxy = new WalletProxy(targetPort, random);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is not up');
    return address.port;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = Buffer.concat(await asked.toArray());
    const fault = this.#next();
    if (fault !== undefined) this.faults += 1;
    if (fault === 'dropped') {
      reply.destroy();
      return;
    }
    const first = await this.#forward(asked, body);
    // The second delivery's answer is what comes back: to a request that the wallet has seen already.
    const answer = fault === 'twice' ? await this.#forward(asked, body) : first;
    if (fault === 'lost') {
      reply.destroy();
      return;
    }
    if (fault === 'late') await pause(lateMs);
    if (reply.destroyed) return;
    if (fault === 'doubled') answerTwice(reply, answer);
    else reply.writeHead(answer.status, answer.headers).end(answer.body);
  }

  #next(): WalletFault | undefined {
    if (!this.isFaulty) return undefined;
    let dice = this.#random() * 100;
    for (const [fault, share] of Object.entries(faultsOfHundred)) {
      dice -= share;
      if (dice < 0) return fault as WalletFault;
    }
    return undefined;
  }

  async #forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const onward = request({
      host: '127.0.0.1',
      port: this.#targetPort,
      ...(method !== undefined && { method }),
      ...(url !== undefined && { path: url }),
      headers,
    });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const bytes = Buffer.concat(await answer.toArray());
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: bytes };
  }
}

/** The same whole answer again on the same connection, where the next request's answer is waited for. */
function answerTwice(reply: ServerResponse, { status, headers, body }: Answer): void {
  const kept = Object.entries(headers).filter(([name]) => !/^(connection|keep-alive)$/.test(name));
  const { socket } = reply;
  reply.writeHead(status, headers).end(body, () => {
    const head = kept.map(([name, value]) => `${name}: ${String(value)}`).join('\r\n');
    if (socket?.writable !== true) return;
    socket.write(`HTTP/1.1 ${status} Again\r\n${head}\r\nconnection: keep-alive\r\n\r\n`);
    socket.write(body);
  });
}
