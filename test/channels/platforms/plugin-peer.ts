import { parseConversationId } from '../../../src/core/index.ts';
import { createApi } from '../../../src/channels/platforms/api.ts';
import { openBridge } from '../../../src/channels/platforms/bridge.ts';
import { telegram } from '../../../src/channels/platforms/telegram.ts';

/** A process of its own with the bridge and the plugins of a folder: prints what was said and, at the end, that it lives. */
const [pluginsFolder = '', ...texts] = process.argv.slice(2);
const print = (line: object) => console.log(JSON.stringify(line));
const conversationId = parseConversationId('c_1');
if (!conversationId) throw new Error('no id');
const bridge = await openBridge({
  pluginsFolder,
  turnTtlMs: 200,
  turns: {
    chats: {
      open: async () => conversationId,
      bind: async () => {},
      note: async () => {},
      tell: async (_id, _key, text) => {
        if (text === 'refuse me') throw new Error('the store is full');
        print({ said: text });
        return true;
      },
    },
    receive: async () => ({ kind: 'accepted', seq: 1, duplicate: false }),
    submitSecret: async () => ({ kind: 'accepted', seq: 1, duplicate: false }),
    rate: async () => ({ kind: 'accepted', seq: 1, duplicate: false }),
  },
  log: {
    info: () => undefined,
    warn: (_fields, message) => print({ warned: message }),
    error: (fields: { readonly err?: unknown }, message) =>
      print({ logged: message, err: String(fields.err) }),
  },
});
const api = createApi(telegram, {}, { clock: Date.now });
for (const [nth, text] of texts.entries()) {
  const content = { kind: 'text', text } as const;
  bridge.tell(api, { key: String(nth), userId: '1', to: {}, content }, conversationId);
  while (bridge.running() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
// Timers that plugins left behind have gone off by now.
await new Promise((resolve) => setTimeout(resolve, 300));
bridge.close();
print({ alive: true });
process.exit(0);
