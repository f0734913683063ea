import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { textAt } from '../../src/channels/platforms/calls.ts';
import type { PlatformName } from '../../src/channels/platforms/driver.ts';

/**
 * What platforms do with files, by their own documentation: what they take, under which names of fields, what they answer,
 * and what the customer then has on their screen. Strict, so that a field that does not exist is refused; written apart from
 * the drivers: they agree or a test fails.
 */
export interface FilePeer {
  readonly url: string;
  /** In order: words, or a file with its bytes as they arrived. */
  readonly shown: readonly Shown[];
  /** Files that were brought, whether or not a message showed them. */
  readonly uploads: number;
  close(): Promise<void>;
}

export interface Shown {
  readonly text?: string;
  readonly file?: Kept;
}

interface Kept {
  /** Undefined where the platform shows none. */
  readonly name?: string | undefined;
  readonly kind: string;
  readonly bytes: Buffer;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly origin: string;
  readonly type: string;
  readonly raw: Buffer;
}

interface Desk {
  readonly kept: Map<string, Kept>;
  /** Our own ids of messages, where the platform knows a double by them. */
  readonly told: Set<string>;
  show(shown: Shown): void;
  /** Follows an address of ours as the platform would. */
  fetch(url: string): Promise<Kept>;
}

type Answers = (asked: Asked, desk: Desk) => Promise<unknown>;

class Refused extends Error {
  readonly status: number;

  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

/** A stand-in on a port of its own; `ours` is where our own public address is reached. */
export async function filePeer(
  name: Exclude<PlatformName, 'email'>,
  { publicUrl, ours }: { readonly publicUrl: string; readonly ours: string },
): Promise<FilePeer> {
  const shown: Shown[] = [];
  const kept = new Map<string, Kept>();
  const desk: Desk = {
    kept,
    told: new Set(),
    show: (one) => shown.push(one),
    async fetch(url) {
      if (!url.startsWith(`${publicUrl}/`)) throw new Refused(400, 'not https of ours');
      const response = await fetch(url.replace(publicUrl, ours));
      if (response.status !== 200)
        throw new Refused(400, `the address answered ${response.status}`);
      const kind = response.headers.get('content-type') ?? '';
      return { kind, bytes: Buffer.from(await response.arrayBuffer()) };
    },
  };
  const server = createServer((request, response) => {
    askedOf(request)
      .then((asked) => platforms[name](asked, desk))
      .then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) => {
          response.statusCode = error instanceof Refused ? error.status : 400;
          response.end(JSON.stringify({ refused: String(error) }));
        },
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown,
    get uploads() {
      return kept.size;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  const origin = `http://${headers.host}`;
  const { pathname: path, searchParams: query } = new URL(url, origin);
  const raw = Buffer.concat(chunks);
  // A length is what the two WeChat APIs and some borders insist on.
  if (method === 'POST' && Number(headers['content-length']) !== raw.length) {
    throw new Refused(411, 'length required');
  }
  return { method, path, query, origin, type: headers['content-type'] ?? '', raw };
}

const jsonIn = ({ raw, type }: Asked): unknown => {
  if (!type.startsWith('application/json')) throw new Refused(415, type);
  return JSON.parse(raw.toString('utf8')) as unknown;
};

/** A form with exactly these fields and one file, as the parser of the runtime reads it. */
async function formIn({ raw, type }: Asked, fields: readonly string[], field: string) {
  if (!type.startsWith('multipart/form-data; boundary=')) throw new Refused(415, type);
  const form = await new Response(Uint8Array.from(raw), {
    headers: { 'content-type': type },
  }).formData();
  const names = [...form.keys()].sort().join();
  if (names !== [...fields, field].sort().join()) throw new Refused(400, `fields: ${names}`);
  const file = form.get(field);
  if (!(file instanceof File)) throw new Refused(400, 'no file');
  const bytes = Buffer.from(await file.arrayBuffer());
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  return { text, name: file.name, kind: file.type, bytes };
}

const known = (desk: Desk, id: string): Kept => {
  const file = desk.kept.get(id);
  if (!file) throw new Refused(400, 'no such file');
  return file;
};

/** core.telegram.org/bots/api#sendphoto, #senddocument */
const telegram: Answers = async (asked, desk) => {
  const method = asked.path.split('/').at(-1) ?? '';
  if (method === 'sendMessage') desk.show({ text: textOf(asked, 'text') });
  else if (method === 'sendPhoto' || method === 'sendDocument') {
    const field = method === 'sendPhoto' ? 'photo' : 'document';
    const { text, ...file } = await formIn(asked, ['chat_id'], field);
    if (text('chat_id') === '') throw new Refused(400, 'chat_id');
    if (field === 'photo' && !isPicture(file.kind)) throw new Refused(400, 'IMAGE_PROCESS_FAILED');
    desk.kept.set(String(desk.kept.size), file);
    desk.show({ file });
  } else if (method !== 'sendChatAction') throw new Refused(404, method);
  return { ok: true, result: { message_id: 1 } };
};

const isPicture = (kind: string) => kind === 'image/jpeg' || kind === 'image/png';

const textOf = (asked: Asked, name: string): string =>
  z.object({ [name]: z.string() }).parse(jsonIn(asked))[name] ?? '';

/** What Meta takes as media of WhatsApp (cloud-api/reference/media), by the message that may show it. */
const whatsappKinds: { readonly [kind: string]: 'image' | 'video' | 'document' } = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'video/mp4': 'video',
  'application/pdf': 'document',
  'text/plain': 'document',
};
const toWhatsapp = { messaging_product: z.literal('whatsapp'), to: z.string().min(5) };
const withId = z.strictObject({ id: z.string() });
const whatsappMessage = z.discriminatedUnion('type', [
  z.strictObject({
    ...toWhatsapp,
    type: z.literal('text'),
    text: z.strictObject({ body: z.string(), preview_url: z.boolean() }),
  }),
  // What the bot says with buttons is looked at elsewhere.
  z.looseObject({ ...toWhatsapp, type: z.literal('interactive') }),
  z.strictObject({ ...toWhatsapp, type: z.literal('image'), image: withId }),
  z.strictObject({ ...toWhatsapp, type: z.literal('video'), video: withId }),
  z.strictObject({
    ...toWhatsapp,
    type: z.literal('document'),
    document: z.strictObject({ id: z.string(), filename: z.string() }),
  }),
]);
const whatsapp: Answers = async (asked, desk) => {
  if (asked.path.endsWith('/media')) {
    const { text, ...file } = await formIn(asked, ['messaging_product', 'type'], 'file');
    const isWhole = text('messaging_product') === 'whatsapp' && text('type') === file.kind;
    if (!isWhole || !Object.hasOwn(whatsappKinds, file.kind)) throw new Refused(400, file.kind);
    return { id: keep(desk, file) };
  }
  const message = whatsappMessage.parse(jsonIn(asked));
  if (message.type === 'text') desk.show({ text: message.text.body });
  else if (message.type === 'interactive') desk.show({});
  else {
    const file = known(desk, textAt(message, message.type, 'id') ?? '');
    if (whatsappKinds[file.kind] !== message.type) throw new Refused(400, 'another kind');
    const name = message.type === 'document' ? message.document.filename : undefined;
    desk.show({ file: { ...file, name } });
  }
  return { messages: [{ id: 'wamid.out' }] };
};

function keep(desk: Desk, file: Kept): string {
  const id = `id-${desk.kept.size + 1}`;
  desk.kept.set(id, file);
  return id;
}

const attachmentKind = z.enum(['image', 'video', 'audio', 'file']);
/** developers.facebook.com/docs/messenger-platform: attachment upload, send API */
const messenger: Answers = async (asked, desk) => {
  if (asked.path.endsWith('/me/message_attachments')) {
    const { text, ...file } = await formIn(asked, ['message'], 'filedata');
    const { attachment } = z
      .strictObject({
        attachment: z.strictObject({
          type: attachmentKind,
          payload: z.strictObject({ is_reusable: z.literal(true) }),
        }),
      })
      .parse(JSON.parse(text('message')));
    const isImage = isPicture(file.kind) || file.kind === 'image/gif';
    if ((attachment.type === 'image') !== isImage) throw new Refused(400, 'another kind');
    return { attachment_id: keep(desk, file) };
  }
  const { message } = z
    .strictObject({
      recipient: withId,
      messaging_type: z.literal('RESPONSE'),
      message: z.union([
        z.strictObject({ text: z.string() }),
        z.strictObject({
          attachment: z.strictObject({
            type: attachmentKind,
            payload: z.strictObject({ attachment_id: z.string() }),
          }),
        }),
      ]),
    })
    .parse(jsonIn(asked));
  if ('text' in message) desk.show({ text: message.text });
  else desk.show({ file: known(desk, message.attachment.payload.attachment_id) });
  return { recipient_id: '1', message_id: 'm_out' };
};

/** developers.line.biz/en/reference/messaging-api: push message, image message; the platform fetches both addresses */
const line: Answers = async (asked, desk) => {
  const { messages } = z
    .strictObject({
      to: z.string(),
      messages: z.tuple([
        z.union([
          z.strictObject({ type: z.literal('text'), text: z.string() }),
          z.strictObject({
            type: z.literal('image'),
            originalContentUrl: z.url({ protocol: /^https$/ }).max(2000),
            previewImageUrl: z.url({ protocol: /^https$/ }).max(2000),
          }),
        ]),
      ]),
    })
    .parse(jsonIn(asked));
  const [message] = messages;
  if (message.type === 'text') desk.show({ text: message.text });
  else {
    const preview = await desk.fetch(message.previewImageUrl);
    const file = await desk.fetch(message.originalContentUrl);
    if (!isPicture(file.kind) || preview.bytes.length > 1024 * 1024) throw new Refused(400, 'size');
    desk.show({ file });
  }
  return { sentMessages: [{ id: '1' }] };
};

/** docs.slack.dev: files.getUploadURLExternal, the upload, files.completeUploadExternal, chat.postMessage */
const slack: Answers = async (asked, desk) => {
  const { path, query, origin } = asked;
  if (path.endsWith('/files.getUploadURLExternal')) {
    const [filename, length] = [query.get('filename') ?? '', Number(query.get('length'))];
    if (filename === '' || !(length > 0)) return { ok: false, error: 'missing_argument' };
    const id = `F${desk.kept.size + 1}`;
    const upload_url = `${origin}/upload/${id}?name=${encodeURIComponent(filename)}&length=${length}`;
    return { ok: true, upload_url, file_id: id };
  }
  if (path.startsWith('/upload/')) {
    const { text: _, ...file } = await formIn(asked, [], 'filename');
    if (file.bytes.length !== Number(query.get('length'))) throw new Refused(400, 'length');
    desk.kept.set(path.split('/').at(-1) ?? '', { ...file, name: query.get('name') ?? '' });
    return 'OK';
  }
  if (path.endsWith('/files.completeUploadExternal')) {
    const { files } = z
      .strictObject({
        files: z.tuple([z.strictObject({ id: z.string(), title: z.string() })]),
        channel_id: z.literal('D1'),
      })
      .parse(jsonIn(asked));
    const [{ id, title }] = files;
    desk.show({ file: { ...known(desk, id), name: title } });
    return { ok: true, files: [{ id, title }] };
  }
  desk.show({ text: textOf(asked, 'text') });
  return { ok: true, ts: '1.2' };
};

const media = z.strictObject({ media_id: z.string() });
const wechatContent = [
  z.object({ msgtype: z.literal('text'), text: z.strictObject({ content: z.string() }) }),
  z.object({ msgtype: z.literal('msgmenu') }),
  z.object({ msgtype: z.literal('image'), image: media }),
  z.object({ msgtype: z.literal('video'), video: media }),
  z.object({ msgtype: z.literal('file'), file: media }),
] as const;

/** The API of the two: material for three days, then a message that names it. `kinds`: what may be brought as what. */
function wechatWith(
  kinds: (kind: string, as: string) => boolean,
  fields: readonly string[],
): Answers {
  return async (asked, desk) => {
    const { path, query } = asked;
    if (/gettoken|stable_token/.test(path)) {
      return { errcode: 0, access_token: 'token-of-the-peer', expires_in: 7200 };
    }
    if (query.get('access_token') !== 'token-of-the-peer') return { errcode: 40014 };
    if (path.endsWith('/media/upload')) {
      const as = query.get('type') ?? '';
      const { text: _, ...file } = await formIn(asked, [], 'media');
      if (!kinds(file.kind, as)) return { errcode: 40004, errmsg: 'invalid media type' };
      return { type: as, media_id: keep(desk, { ...file, kind: as }), created_at: '1380000000' };
    }
    const message = z.discriminatedUnion('msgtype', wechatContent).parse(jsonIn(asked));
    const head = z.looseObject({ msgid: z.string().max(32).optional() }).parse(jsonIn(asked));
    const names = Object.keys(head).sort().join();
    const wanted = [...fields, 'msgtype', message.msgtype].sort().join();
    if (names !== wanted) return { errcode: 40035, errmsg: names };
    // The same id again is the same message.
    if (head.msgid !== undefined && desk.told.has(head.msgid)) return { errcode: 0, msgid: 'out' };
    if (head.msgid !== undefined) desk.told.add(head.msgid);
    if (message.msgtype === 'text') desk.show({ text: message.text.content });
    else if (message.msgtype === 'msgmenu') desk.show({});
    else {
      const file = known(desk, textAt(message, message.msgtype, 'media_id') ?? '');
      if (file.kind !== message.msgtype) return { errcode: 40007 };
      desk.show({ file });
    }
    return { errcode: 0, errmsg: 'ok', msgid: 'out' };
  };
}

/** Pictures only: other kinds of message do not exist or want a cover. */
const wechat = wechatWith(
  (kind, as) => as === 'image' && (isPicture(kind) || kind === 'image/gif'),
  ['touser'],
);
const wecom = wechatWith(
  (kind, as) => as === 'file' || (as === 'image' ? isPicture(kind) : kind === 'video/mp4'),
  ['touser', 'open_kfid', 'msgid'],
);

/** twilio.com/docs/messaging/api/message-resource; the platform fetches what is named */
const sms: Answers = async (asked, desk) => {
  const fields = new URLSearchParams(asked.raw.toString('utf8'));
  const [text, url] = [fields.get('Body'), fields.get('MediaUrl')];
  if (fields.get('To') === null || (text === null && url === null)) throw new Refused(400, '21602');
  if (text !== null) desk.show({ text });
  if (url !== null) desk.show({ file: await desk.fetch(url) });
  return { sid: 'SMout' };
};

const platforms: { readonly [name in Exclude<PlatformName, 'email'>]: Answers } = {
  telegram,
  whatsapp,
  messenger,
  line,
  slack,
  wechat,
  wecom,
  sms,
};
