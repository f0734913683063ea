import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');

/** Room → rooms it may import; the order is the order of the building, and each imports only from above. */
const rooms: Record<string, readonly string[]> = {
  core: [],
  protocol: ['core'],
  nlu: ['core'],
  dialogue: ['core'],
  handoff: ['core'],
  i18n: ['core'],
  ops: ['core'],
  workspace: ['core', 'handoff'],
  wallet: ['core'],
  content: ['core', 'dialogue', 'nlu', 'i18n'],
  store: ['core', 'dialogue', 'handoff'],
  bus: ['core'],
  identity: ['core', 'store'],
  audit: ['core', 'dialogue', 'store', 'identity'],
  actions: ['core', 'wallet', 'identity'],
  turn: ['core', 'nlu', 'dialogue', 'handoff', 'actions', 'wallet', 'store', 'bus'],
  files: ['core', 'store'],
  http: ['core', 'ops'],
  demo: ['core', 'http', 'wallet', 'identity'],
  channels: [
    'core',
    'protocol',
    'dialogue',
    'handoff',
    'i18n',
    'store',
    'files',
    'bus',
    'http',
    'turn',
    'identity',
    'workspace',
  ],
  desk: [
    'core',
    'protocol',
    'dialogue',
    'handoff',
    'i18n',
    'store',
    'files',
    'bus',
    'http',
    'turn',
    'identity',
    'workspace',
    'wallet',
    'actions',
    'audit',
  ],
  insights: ['core', 'nlu', 'store'],
  encoder: ['core', 'nlu', 'ops'],
  library: ['core', 'nlu', 'dialogue', 'i18n', 'ops', 'content', 'store', 'bus', 'actions'],
  upkeep: ['core', 'dialogue', 'ops', 'workspace', 'store', 'audit', 'files'],
  operator: ['core', 'ops', 'content', 'store', 'identity', 'audit', 'http', 'library', 'upkeep'],
};

/** npm packages (and node: parts with a say in where they belong) → the rooms that may use them. */
const packages: Record<string, readonly string[]> = {
  zod: [
    'protocol',
    'dialogue',
    'workspace',
    'wallet',
    'identity',
    'actions',
    'channels',
    'desk',
    'content',
    'operator',
  ],
  natural: ['nlu'],
  'libphonenumber-js': ['nlu', 'dialogue'],
  'chrono-node': ['nlu'],
  'opencc-js': ['nlu'],
  i18next: ['i18n'],
  pino: ['ops'],
  'prom-client': ['ops'],
  lowdb: ['workspace'],
  'node:sqlite': ['store', 'wallet'],
  pg: ['store', 'bus'],
  redis: ['bus'],
  yaml: ['dialogue', 'content'],
  jose: ['identity'],
  otpauth: ['identity'],
  express: ['http', 'channels', 'desk', 'demo', 'operator'],
  helmet: ['http'],
  'file-type': ['files'],
  'rate-limiter-flexible': ['http'],
  ws: ['channels', 'desk', 'http'],
  botkit: ['channels'],
  botbuilder: ['channels'],
  'fast-xml-parser': ['channels'],
  nodemailer: ['channels'],
  imapflow: ['channels'],
  mailparser: ['channels'],
};

/** Rooms without a clock, a network, a disk or chance of their own. */
const pure = new Set(['core', 'nlu', 'dialogue', 'handoff']);

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const path = relative(src, file).split(sep);
  const room = path.length > 1 ? String(path[0]) : '';
  const found = text.matchAll(
    /^(?:import|export)\s+(?:type\s+)?(?:[\w*{][^;]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm,
  );
  return [...found].map((match) => ({ file, room, target: String(match[1] ?? match[2]) }));
}

/** The room that a relative import leads to, and whether it enters by the door. */
function entered({ file, target }: Import): { readonly room: string; readonly door: boolean } {
  const path = relative(src, resolve(dirname(file), target)).split(sep);
  return { room: String(path[0]), door: path.length === 2 && path[1] === 'index.ts' };
}

const files = filesBelow(src);
const imports = files.flatMap(importsOf);
/** Where the rooms are wired together: these may import any of them, and nobody imports these. */
const wiring = new Set(['', 'cli', 'service']);
const inRooms = imports.filter(({ room }) => !wiring.has(room));

test('the reader of imports sees the whole tree', () => {
  expect(files.length).toBeGreaterThan(80);
  expect(imports.length).toBeGreaterThan(200);
});

test('every room stands in the table', () => {
  const unknown = new Set(inRooms.map(({ room }) => room).filter((room) => !(room in rooms)));
  expect([...unknown]).toEqual([]);
});

test('a room imports only the rooms that the table allows, and by their doors', () => {
  const wrong = inRooms
    .filter(({ target }) => target.startsWith('.'))
    .filter((one) => {
      const to = entered(one);
      if (to.room === one.room) return false;
      return !to.door || !(rooms[one.room] ?? []).includes(to.room);
    })
    .map(({ file, target }) => `${relative(root, file)} → ${target}`);
  expect(wrong).toEqual([]);
});

test('nobody imports main, the wiring or the command line', () => {
  const wrong = inRooms
    .filter(({ target }) => /\/(main\.ts|service\/|cli\/)/.test(target))
    .map(({ file, target }) => `${relative(root, file)} → ${target}`);
  expect(wrong).toEqual([]);
});

test('a package is used only where its table row says', () => {
  const nameOf = (target: string) =>
    target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : String(target.split('/')[0]);
  const wrong = inRooms
    .filter(({ target }) => !target.startsWith('.'))
    .filter(({ room, target }) => {
      const name = target.startsWith('node:') ? target : nameOf(target);
      if (name.startsWith('node:') && !(name in packages)) return pure.has(room);
      return !(packages[name] ?? []).includes(room);
    })
    .map(({ file, target }) => `${relative(root, file)} → ${target}`);
  expect(wrong).toEqual([]);
});

test('no room goes round in a circle', () => {
  const order = Object.keys(rooms);
  for (const [room, allowed] of Object.entries(rooms)) {
    for (const other of allowed) expect(order.indexOf(other)).toBeLessThan(order.indexOf(room));
  }
});

test('the front ends take nothing from the service but types, of the protocol and of core', () => {
  const front = [
    ...filesBelow(join(root, 'web-widget/src')),
    ...filesBelow(join(root, 'agent-desk/src')),
  ];
  const wrong = front.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/import\s+(type\s)?[^;]*?from\s+'([^']*\/src\/[^']+)'/g)].some(
      (match) => match[1] === undefined || !/\/src\/(protocol|core)\//.test(String(match[2])),
    );
  });
  expect(wrong.map((file) => relative(root, file))).toEqual([]);
});
