import { z } from 'zod';

/** How one messaging platform does, on the node that was asked, since it started. */
export const deskChannelSchema = z.object({
  channel: z.string(),
  /** `failing`: the latest that was tried did not go well; `quiet`: nothing came or went yet. */
  state: z.enum(['quiet', 'working', 'failing']),
  received: z.int(),
  /** Webhooks that were forged or could not be read. */
  refused: z.int(),
  sent: z.int(),
  /** Tries that the platform put off or did not answer; they are made again. */
  delayed: z.int(),
  /** Words that the platform refused for good. */
  failed: z.int(),
  lastReceivedMs: z.int().nullable(),
  lastSentMs: z.int().nullable(),
  /** What went wrong last, as the platform or the network put it. */
  lastFault: z.string().nullable(),
  lastFaultMs: z.int().nullable(),
});
export type DeskChannel = z.infer<typeof deskChannelSchema>;

export const deskChannelsSchema = z.object({ channels: z.array(deskChannelSchema) });
export type DeskChannels = z.infer<typeof deskChannelsSchema>;
