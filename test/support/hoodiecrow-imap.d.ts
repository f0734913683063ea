/** Only what the tests use of it; the package has no types of its own. */
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  interface ImapServer {
    readonly server: Server;
    listen(port: number): void;
    close(done?: () => void): void;
    appendMessage(mailbox: string, flags: readonly string[], date: Date, source: string): void;
  }
  export default function hoodiecrow(options: object): ImapServer;
}
