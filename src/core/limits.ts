/** A ceiling for everything a stranger controls. Sources: the storage and protocol study (docs/decisions/0001-log.md). */
export const limits = {
  /** Bytes of one web-socket frame or HTTP body. */
  frameBytesMax: 64 * 1024,
  /** Characters (UTF-16 units) of one message's text. */
  textLengthMax: 4000,
  /** An unauthenticated socket is closed after this. */
  helloTtlMs: 10_000,
  heartbeatMs: 25_000,
  /** No byte from the peer for this long: it is gone. */
  peerSilenceMaxMs: 40_000,
  /** Bytes waiting in one socket before it is closed as a slow reader. */
  socketBufferBytesMax: 1024 * 1024,
  socketsPerVisitorMax: 5,
  subscriptionsPerSocketMax: 20,
  /** A subscriber further behind than this gets a reset with the last `resetTailLength` events. */
  resumeEventsMax: 500,
  resetTailLength: 50,
  /** Appends waiting for a flush; beyond it new ones are refused as overloaded. */
  appendQueueLengthMax: 2000,
  appendBatchMax: 256,
  appendAgeMaxMs: 5000,
  /**
   * Clocks of machines that are right differ by less. A time that was kept as now and lies further ahead was kept by a clock that was
   * wrong: of what it says only durations count.
   */
  clocksDifferMaxMs: 2000,
  longPollMaxMs: 25_000,
  /** Bytes of one file: a phone's photo or a scanned page several times over. */
  fileBytesMax: 10 * 1024 * 1024,
  filesPerMessageMax: 5,
  fileNameLengthMax: 120,
  /** What one visitor may upload in an hour. */
  filesPerHourMax: 30,
  fileBytesPerHourMax: 100 * 1024 * 1024,
  /** A file that no message came to hold is deleted after this. */
  fileUnusedTtlMs: 24 * 60 * 60_000,
  /** Of the words beside a rating. */
  commentLengthMax: 1000,
  formFieldsMax: 12,
  fieldLengthMax: 500,
  /** Messages one visitor may send: a burst, then a steady rate. */
  visitorBurstMax: 30,
  visitorPerMinuteMax: 60,
  codeTtlMs: 5 * 60_000,
  codeAttemptsMax: 3,
  codeResendsMax: 3,
  /** How long a checked code keeps the level `verified` in its conversation. */
  verifiedTtlMs: 10 * 60_000,
  sessionTtlMs: 15 * 60_000,
  visitorTtlMs: 30 * 24 * 60 * 60_000,
  agentSessionTtlMs: 12 * 60 * 60_000,
} as const;
