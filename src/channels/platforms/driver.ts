import type { z } from 'zod';
import type { FileRef, FileType } from '../../core/index.ts';

/** Every messaging platform that there is a driver for; also the names of their channels in the log. */
export const platformNames = [
  'telegram',
  'whatsapp',
  'messenger',
  'line',
  'wechat',
  'wecom',
  'slack',
  'sms',
  'email',
] as const;
export type PlatformName = (typeof platformNames)[number];

/** What the operator gave for one platform: tokens, secrets, ids. Never logged. */
export type Settings = { readonly [name: string]: string };
/** What a message to one person needs, as their own messages told it. */
export type Address = { readonly [name: string]: string };

/** A webhook request with its body as it came over the wire: signatures are over these very bytes. */
export interface Webhook {
  readonly method: 'GET' | 'POST';
  /** As the platform called it: the public address, path and query. */
  readonly url: string;
  readonly query: { readonly [name: string]: string | undefined };
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly raw: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** `forged` is answered with 401, `unreadable` (signed, but not what the platform sends) with 400. */
export type Verified =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'forged'; readonly reason: 'missing' | 'wrong' | 'stale' }
  | { readonly kind: 'unreadable' };

/** One thing that a platform tells us. `key` is the platform's own id of it: the same key again is the same thing. */
export interface Item {
  readonly key: string;
  readonly userId: string;
  readonly to: Address;
  readonly name?: string;
  readonly language?: string;
  readonly content: ItemContent;
  /** To be called once it is accepted, such as Telegram's answer to a pressed button. */
  readonly acknowledge?: string;
}

export type ItemContent =
  | { readonly kind: 'text'; readonly text: string }
  /** A pressed button: `data` as we drew it, `label` for when it is no longer known. */
  | { readonly kind: 'choice'; readonly data: string; readonly label: string }
  | { readonly kind: 'file'; readonly file: RemoteFile; readonly caption: string }
  /** An earlier message has other words now. */
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'deleted'; readonly of: string }
  /** The person is there and said nothing yet: opened the chat, followed the account. */
  | { readonly kind: 'begun' }
  /** A voice message, a sticker, a place: told that it cannot be read. */
  | { readonly kind: 'unreadable' }
  /** What we sent did not arrive after all. */
  | { readonly kind: 'undelivered'; readonly of: string; readonly reason: string };

export interface RemoteFile {
  readonly id: string;
  readonly name: string;
  readonly bytes?: number;
}

/** A message in the form that every platform can draw. */
export interface TextPiece {
  readonly kind: 'text';
  readonly text: string;
  readonly choices?: PieceChoices;
}
export interface PieceChoices {
  readonly style: 'buttons' | 'list';
  readonly options: readonly {
    readonly data: string;
    readonly label: string;
    readonly detail?: string;
  }[];
}

/** What the rules of a platform ask of a message besides its words. */
export interface Manner {
  /** The same for every try of the same message: platforms that know it send once. */
  readonly idempotencyKey: string;
  /** A person writes after the ordinary window, which the platform allows with a mark. */
  readonly asHumanAgent?: boolean;
}

/** What an approved message is filled with. */
export interface Invitation {
  readonly language: string;
  /** That there is news, in 20 characters. */
  readonly words: string;
}

/** One HTTP request to a platform. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | FormData;
}

export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Capped; what is no JSON is undefined. */
  readonly json: unknown;
}

/** `later`: the same again, after so long if the platform said; `expired`: with a new access token; `final`: never. */
export type Sent =
  | { readonly kind: 'sent'; readonly id: string | undefined }
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'expired'; readonly reason: string }
  | { readonly kind: 'final'; readonly reason: string };

export interface ReplyWindow {
  /** From the customer's last message; then nothing more may be sent by the bot. */
  readonly ms: number;
  /** Messages in answer to one of theirs. */
  readonly messagesMax?: number;
  /** After they only opened the chat or followed the account; undefined: nothing may be sent then. */
  readonly begin?: { readonly ms: number; readonly messagesMax?: number };
  /** How long a person may still write, marked as such. */
  readonly humanAgentMs?: number;
  readonly afterwards: readonly ('template' | 'human_agent' | 'link' | 'email')[];
}

/**
 * What a platform counts: UTF-8 bytes, UTF-16 units, these after its marks are written otherwise, or the short messages that
 * a text becomes.
 */
export type TextUnit = 'bytes' | 'utf16' | 'escaped' | 'segments';

/** What a platform allows. Each driver names where its figures come from. */
export interface Facts {
  readonly text: { readonly max: number; readonly unit: TextUnit };
  /** Undefined: no buttons at all, choices are a numbered list. */
  readonly buttons?: {
    readonly max: number;
    readonly labelMax: number;
    /** No two may have the same words. */
    readonly isDistinct?: true;
  };
  /** A menu that opens, for more than fits into buttons. */
  readonly list?: { readonly max: number; readonly labelMax: number; readonly detailMax: number };
  /** Of the text that stands with buttons or a list. */
  readonly choiceTextMax?: number;
  readonly window?: ReplyWindow;
  /** Messages that we may send in a second, to all together. */
  readonly perSecond: number;
}

/** A file of an agent's on its way to a customer. */
export type OutgoingFile = Omit<FileRef, 'id'>;
/** …and what is in it; what the platform called it when it was uploaded; where the platform may fetch it. */
export type FileWithContent = OutgoingFile & { readonly content: Uint8Array<ArrayBuffer> };
export type UploadedFile = OutgoingFile & { readonly uploadedAs: string };
export type LinkedFile = OutgoingFile & { readonly url: string };

type SendsFile<File> = (file: File, to: Address, settings: Settings, manner: Manner) => Call;

export type Uploaded =
  { readonly kind: 'uploaded'; readonly id: string } | Exclude<Sent, { readonly kind: 'sent' }>;

/** What it takes until the platform has a file: each call's answer is handed in, the end is what the platform calls it. */
export type Uploading = Generator<Call, Uploaded, Answer>;

/**
 * How a platform takes files: with the message, before it under an id that serves every try of the message, or by fetching
 * them from us. What it does not take goes out as a link to us.
 */
export type OutgoingFiles = {
  /** By what is in them; a kind that is not here is not taken. */
  readonly bytesMax: { readonly [type in FileType]?: number };
  /** Undefined: always. Where only some accounts have it, the operator says so. */
  readonly isOn?: (settings: Settings) => boolean;
} & (
  | { readonly way: 'bytes'; readonly send: SendsFile<FileWithContent> }
  | {
      readonly way: 'upload';
      readonly upload: (file: FileWithContent, settings: Settings) => Uploading;
      readonly send: SendsFile<UploadedFile>;
    }
  | { readonly way: 'url'; readonly send: SendsFile<LinkedFile> }
);

/**
 * One platform as pure functions: no clock, no network, no memory. What it takes to call the platform is returned as a `Call`;
 * whoever calls has time limits, tries again and keeps the access token.
 */
export interface Driver {
  readonly name: PlatformName;
  /** In front of the platform's user ids in ours; short, unique, for good. */
  readonly prefix: string;
  readonly facts: Facts;
  /** Settings that the operator has to give. */
  readonly settings: z.ZodType<Settings>;
  /** Answers the platform's question whether this address is ours. */
  readonly handshake?: (webhook: Webhook, settings: Settings) => Reply | undefined;
  readonly verify: (webhook: Webhook, settings: Settings, nowMs: number) => Verified;
  /** Asked within a verified body instead of by a handshake: what to answer. */
  readonly challenge?: (body: unknown) => string | undefined;
  /** What is in a verified body; parts that are not understood are left out, never a reason to throw. */
  readonly parse: (body: unknown, settings?: Settings) => readonly Item[];
  /** The body of the answer 200; default empty. */
  readonly accepted?: Omit<Reply, 'status'>;
  readonly send: (piece: TextPiece, to: Address, settings: Settings, manner: Manner) => Call;
  readonly outcome: (answer: Answer) => Sent;
  /** Undefined: every file goes as a link. */
  readonly files?: OutgoingFiles;
  readonly acknowledge?: (item: Item, settings: Settings) => Call | undefined;
  readonly typing?: (to: Address, settings: Settings) => Call;
  /**
   * Asks somebody to write again whom the rules do not let us write to: a message that the platform approved beforehand.
   * Undefined where the operator has none.
   */
  readonly invite?: (to: Address, invitation: Invitation, settings: Settings) => Call | undefined;
  /** How an access token is had; it is then in `settings.accessToken`. */
  readonly token?: {
    readonly call: (settings: Settings) => Call;
    readonly read: (
      answer: Answer,
    ) => { readonly token: string; readonly ttlMs: number } | undefined;
  };
  /** The steps to a file's bytes: each answer gives the next call, the last one's body is the file. */
  readonly download?: (
    file: RemoteFile,
    settings: Settings,
  ) => { readonly first: Call; next?(json: unknown): Call | undefined };
  /** Messages that are fetched, not brought: WeCom's callback says only that there are some. */
  readonly pull?: {
    readonly call: (
      cursor: string | undefined,
      hint: Address | undefined,
      settings: Settings,
    ) => Call;
    read(
      answer: Answer,
    ):
      | { readonly items: readonly Item[]; readonly cursor: string; readonly more: boolean }
      | undefined;
    /** What of a webhook's body says that something is there. */
    readonly hint: (body: unknown) => Address | undefined;
  };
  /** It tells later that a message did not arrive: ids of what was sent are kept for that. */
  readonly tellsUndelivered?: boolean;
  /** Asks the platform who we are; `name` is told to the operator. */
  readonly check?: { call(settings: Settings): Call; name(json: unknown): string | undefined };
  /** Tells the platform where our webhook is. */
  readonly register?: (settings: Settings, url: string) => Call;
}
