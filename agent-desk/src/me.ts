import { createContext, useContext } from 'react';
import type { DeskAgent } from './protocol.ts';

/** The agent who is signed in; set by the page once, for everything below it. */
export const Me = createContext<DeskAgent | null>(null);

export function useMe(): DeskAgent {
  const me = useContext(Me);
  if (!me) throw new Error('nobody is signed in here');
  return me;
}
