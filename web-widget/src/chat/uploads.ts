import type { ChatPorts, HttpReply, Upload } from './ports.ts';
import { errorCodeOf } from './wire.ts';
import type { FileRef, FileReply } from './wire.ts';

/** A file that was picked for the next message. */
export interface Picked {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly state: 'going' | 'ready' | 'failed';
  /** 0 to 1 of what is going. */
  readonly progress: number;
  /** Why it failed: an error code. */
  readonly code?: string;
  /** When it is ready. */
  readonly ref?: FileRef;
}

export interface UploadPorts extends Pick<ChatPorts, 'server' | 'newId'> {
  readonly upload: (upload: Upload) => Promise<HttpReply>;
  readonly conv: () => string;
  readonly token: () => string | undefined;
  readonly freshToken: () => Promise<string | undefined>;
  readonly limits: () => { readonly bytesMax: number; readonly perMessageMax: number } | undefined;
  readonly changed: (picked: readonly Picked[]) => void;
}

/** Files on their way up, before the message that will hold them is sent. Each goes by itself and can be tried again or taken out. */
export interface Uploads {
  add(files: readonly File[]): void;
  retry(key: string): void;
  remove(key: string): void;
  /** Hands over what is ready and begins anew. */
  take(): readonly FileRef[];
  /** Everything goes up anew, for the conversation that is there now. */
  restart(): void;
  clear(): void;
}

export function createUploads(ports: UploadPorts): Uploads {
  let picked: readonly Picked[] = [];
  const files = new Map<string, File>();
  const aborts = new Map<string, () => void>();

  function change(key: string, now: Partial<Picked>) {
    picked = picked.map((one) => (one.key === key ? { ...one, ...now } : one));
    ports.changed(picked);
  }
  function drop(keys: readonly string[]) {
    for (const key of keys) {
      aborts.get(key)?.();
      aborts.delete(key);
      files.delete(key);
    }
    picked = picked.filter(({ key }) => !keys.includes(key));
    ports.changed(picked);
  }
  async function go(key: string) {
    const file = files.get(key);
    if (!file) return;
    change(key, { state: 'going', progress: 0 });
    const conv = ports.conv();
    const reply = await bringUp(ports, file, {
      progress: (progress) => change(key, { progress }),
      onStart: (abort) => aborts.set(key, abort),
    });
    // Taken out meanwhile, or somebody else is here now.
    if (!files.has(key) || conv !== ports.conv()) return;
    aborts.delete(key);
    if (reply && reply.status >= 200 && reply.status < 300) {
      change(key, { state: 'ready', progress: 1, ref: (reply.body as FileReply).file });
    } else change(key, { state: 'failed', code: errorCodeOf(reply?.body) ?? 'network' });
  }

  return {
    add(added) {
      const { bytesMax = 0, perMessageMax = 0 } = ports.limits() ?? {};
      const room = Math.max(0, perMessageMax - picked.length);
      // As many again are shown as what they are, too many; nobody picks more by mistake alone.
      for (const [nth, file] of added.slice(0, room + perMessageMax).entries()) {
        const one = begun(ports.newId(), file, bytesMax, nth < room);
        picked = [...picked, one];
        if (one.state === 'failed') continue;
        files.set(one.key, file);
        void go(one.key);
      }
      ports.changed(picked);
    },
    retry: (key) => void go(key),
    remove: (key) => drop([key]),
    take() {
      const ready = picked.flatMap(({ ref }) => (ref ? [ref] : []));
      drop(picked.flatMap(({ key, state }) => (state === 'ready' ? [key] : [])));
      return ready;
    },
    restart() {
      for (const key of files.keys()) {
        aborts.get(key)?.();
        void go(key);
      }
    },
    clear: () => drop(picked.map(({ key }) => key)),
  };
}

/** A session that has run out meanwhile is renewed once. Undefined where there is none. */
async function bringUp(
  ports: UploadPorts,
  file: File,
  calls: Pick<Upload, 'progress' | 'onStart'>,
): Promise<HttpReply | undefined> {
  const put = (bearer: string) => {
    const url = `${ports.server}/api/chat/files?conv=${ports.conv()}`;
    return ports.upload({ url, bearer, name: file.name, file, ...calls });
  };
  const bearer = ports.token();
  const reply = bearer === undefined ? undefined : await put(bearer);
  if (reply?.status !== 401) return reply;
  const fresh = await ports.freshToken();
  return fresh === undefined ? reply : await put(fresh);
}

function begun(
  key: string,
  { name, size: bytes }: File,
  bytesMax: number,
  hasRoom: boolean,
): Picked {
  const base = { key, name, bytes, progress: 0 };
  if (hasRoom && bytes <= bytesMax) return { ...base, state: 'going' };
  return { ...base, state: 'failed', code: hasRoom ? 'too_large' : 'too_many' };
}
