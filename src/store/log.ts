/** Where a part of the store says what an operator should know; a pino logger is one. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: StoreLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
