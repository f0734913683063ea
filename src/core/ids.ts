/** Branded identifiers. A brand is only given by the functions here, so an unparsed string cannot pass for an id. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ConversationId = Branded<'ConversationId'>;
export type VisitorId = Branded<'VisitorId'>;
export type CustomerId = Branded<'CustomerId'>;
export type AgentId = Branded<'AgentId'>;
/** Made by the sender once a message, kept until the message is acknowledged; unique in its conversation. */
export type ClientMessageId = Branded<'ClientMessageId'>;

const opaque = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

function parse<T extends string>(value: unknown): T | undefined {
  return typeof value === 'string' && opaque.test(value) ? (value as T) : undefined;
}

/** Each returns undefined for anything but 1 to 128 characters of `A-Za-z0-9_.:-` that begin with a letter or digit. */
export const parseConversationId = (value: unknown) => parse<ConversationId>(value);
export const parseVisitorId = (value: unknown) => parse<VisitorId>(value);
export const parseCustomerId = (value: unknown) => parse<CustomerId>(value);
export const parseAgentId = (value: unknown) => parse<AgentId>(value);
export const parseClientMessageId = (value: unknown) => parse<ClientMessageId>(value);

/** Makes ids with 128 random bits; injected so that tests and replays can make their own. */
export type RandomId = () => string;
