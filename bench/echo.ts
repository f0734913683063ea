/** The limit that the wire bench compares with: a bare `ws` server that sends every frame back. */
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (bytes: Buffer) => socket.send(bytes.toString()));
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) {
    console.log(`ready http://127.0.0.1:${address.port}`);
  }
});
