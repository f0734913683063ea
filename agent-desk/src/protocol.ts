/** The only thing that the page shares with the service: shapes, no code. */
export type {
  DeskAgent,
  DeskCommand,
  DeskCommandReply,
  DeskConversation,
  DeskCounts,
  DeskEvent,
  DeskHead,
  DeskListName,
  DeskListReply,
  DeskRow,
  DeskClientFrame,
  DeskServerFrame,
} from '../../src/protocol/desk.ts';
export type { Block, CardBlock, ChoicesBlock, FormBlock } from '../../src/core/blocks.ts';
