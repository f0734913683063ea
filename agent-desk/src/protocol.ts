/** The only thing that the page shares with the service: shapes, no code. */
export type {
  DeskAgent,
  DeskClientFrame,
  DeskCommand,
  DeskCommandReply,
  DeskConversation,
  DeskCounts,
  DeskEvent,
  DeskHead,
  DeskListName,
  DeskListReply,
  DeskOffered,
  DeskPresence,
  DeskPresenceReply,
  DeskQueue,
  DeskQueuesReply,
  DeskRow,
  DeskServerFrame,
  ErrorReply,
} from '../../src/protocol/desk.ts';
export type {
  DeskCanned,
  DeskCustomer,
  DeskFlows,
  DeskMoney,
  DeskSearchHit,
  DeskSearchReply,
  DeskSummary,
  DeskTagReply,
  DeskWalletCard,
  DeskWorkspace,
} from '../../src/protocol/desk-customer.ts';
export type {
  DeskActionPreview,
  DeskActionRecord,
  DeskActionReply,
  DeskActions,
  DeskApprovals,
} from '../../src/protocol/desk-actions.ts';
export type { DeskChannel, DeskChannels } from '../../src/protocol/desk-channels.ts';
export type { DeskInstead, DeskInsteadReply } from '../../src/protocol/desk-instead.ts';
export type { DeskAccount, DeskAgentAccount } from '../../src/protocol/desk-account.ts';
export type {
  Block,
  CardBlock,
  ChoicesBlock,
  FileRequestBlock,
  FormBlock,
  QuoteBlock,
  StepsBlock,
} from '../../src/core/blocks.ts';
export type { FileRef } from '../../src/core/files.ts';
