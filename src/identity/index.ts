export type * from './ports.ts';
export type * from './agent-ports.ts';
export { createIdentity, type IdentityOptions } from './identity.ts';
export { makePassword } from './passwords.ts';
export { createSandboxPhone, type SandboxPhone } from './phone.ts';
export { createUserTokenSigner } from './tokens.ts';
