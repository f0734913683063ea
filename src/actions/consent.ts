import { createHash } from 'node:crypto';
import { canonical, type Values } from '../core/index.ts';

/** The text that a consent is the digest of: equal for equal arguments, whatever the order of their keys. */
export function consentText(action: string, args: Values): string {
  return canonical({ action, args });
}

/** SHA-256 in hex of `consentText`: what a confirm step shows and what `Actions.run` demands. */
export function consentDigest(action: string, args: Values): string {
  return createHash('sha256').update(consentText(action, args)).digest('hex');
}
