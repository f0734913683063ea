export type * from './ports.ts';
export { createIdentity, type IdentityOptions } from './identity.ts';
export {
  createSandboxPhone,
  type PhoneContent,
  type PhoneMessage,
  type SandboxPhone,
} from './phone.ts';
export {
  createUserTokenSigner,
  type HostKey,
  type KeyRing,
  type SigningKey,
  type TrustedHost,
} from './tokens.ts';
