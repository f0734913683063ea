import { Writable } from 'node:stream';
import { pino } from 'pino';

/** What the rooms log through: fields first, then a sentence. Never a token, a code or anyone's words. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
  /** The same log with these fields on every line. */
  child(fields: object): Log;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

export interface LogOptions {
  readonly level: LogLevel;
  /** Lines for people in place of JSON; the caller gives it when the output is a terminal. */
  readonly pretty: boolean;
  /** Default: standard output. */
  readonly to?: Writable;
}

/** A second net below "never log it": whatever bears one of these names is blanked at the top two levels. */
const secretNames = [
  'token',
  'userToken',
  'sessionToken',
  'visitorToken',
  'password',
  'secret',
  'authorization',
  'cookie',
  'text',
  'fields',
  'otp',
];

export function createLog(options: LogOptions): Log {
  const to = options.to ?? process.stdout;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretNames.flatMap((name) => [name, `*.${name}`]),
        censor: '[hidden]',
      },
    },
    options.pretty ? prettyLines(to) : to,
  );
}

/** JSON lines to `12:03:44 warn  message  key=value`. */
function prettyLines(to: Writable): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      to.write(prettyLine(chunk.toString()), () => done());
    },
  });
}

function prettyLine(json: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const stack =
    typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  const clock = String(time).slice(11, 19);
  return `${[clock, String(level).padEnd(5), String(msg), ...fields].join('  ')}${stack}\n`;
}
