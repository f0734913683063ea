export type * from './ports.ts';
export { createActions, type ActionsOptions } from './actions.ts';
export { actionSpecs } from './registry.ts';
export { consentDigest, consentText } from './consent.ts';
export {
  agentActions,
  amountOf,
  approvalReasons,
  readAgentArgs,
  type AgentAmount,
  type AgentField,
  type AgentInput,
} from './agent-actions.ts';
