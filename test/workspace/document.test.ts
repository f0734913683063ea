import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWorkspace, workspaceSchema } from '../../src/workspace/index.ts';
import type { Workspace, WorkspaceDocument } from '../../src/workspace/index.ts';

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-workspace-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'workspace.json');
}

interface Opened {
  readonly file: string;
  readonly document: WorkspaceDocument;
  readonly warnings: readonly string[];
}

async function openFresh(text?: string): Promise<Opened> {
  const file = await freshFile();
  if (text !== undefined) await writeFile(file, text);
  return await open(file);
}

async function open(file: string): Promise<Opened> {
  const warnings: string[] = [];
  const say = (_fields: object, message: string): void => void warnings.push(message);
  const log = { info: () => undefined, warn: say, error: say };
  const document = await openWorkspace(file, log);
  onTestFinished(() => document.close());
  return { file, document, warnings };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

function nextChange(document: WorkspaceDocument): Promise<Workspace> {
  return new Promise((resolve) => {
    const stop = document.onChange((workspace) => {
      stop();
      resolve(workspace);
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a new installation begins with the defaults, written out for people to edit', async () => {
  const { document, file } = await openFresh();
  expect(document.current()).toMatchObject({
    brand: 'OKPay',
    timeZone: 'Asia/Shanghai',
    languages: ['en', 'zh-CN', 'es', 'ar'],
    allowedOrigins: [],
    email: { answerWithinHours: 24 },
    terms: { refundReviewDays: { from: 1, to: 5 }, withdrawalArrivalDays: { from: 1, to: 3 } },
  });
  expect(await readJson(file)).toEqual(document.current());
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a short document gets the defaults for what it does not say', async () => {
  const { document } = await openFresh(
    '\uFEFF{ "brand": "Blue Pay", "phone": { "number": "112" } }',
  );
  expect(document.current().brand).toBe('Blue Pay');
  expect(document.current().phone.number).toBe('112');
  expect(document.current().phone.hours).toHaveLength(1);
  expect(document.problems()).toEqual([]);
});

test('a change is on disk when it is told, is there after a restart, and leaves no litter', async () => {
  const { document, file } = await openFresh();
  const told = nextChange(document);
  const changed = await document.change((draft) => {
    draft.brand = 'Blue Pay';
  });
  expect(changed).toMatchObject({ kind: 'changed', workspace: { brand: 'Blue Pay' } });
  expect((await told).brand).toBe('Blue Pay');
  expect(await readJson(file)).toMatchObject({ brand: 'Blue Pay' });
  expect(await readJson(`${file}.bak`)).toMatchObject({ brand: 'Blue Pay' });
  await document.close();
  const again = await open(file);
  expect(again.document.current().brand).toBe('Blue Pay');
  expect(again.document.revision()).toBe(document.revision());
  const litter = (await readdir(join(file, '..'))).filter((name) => name.endsWith('.tmp'));
  expect(litter).toEqual([]);
});

test('200 changes at once are all kept', async () => {
  const { document, file } = await openFresh();
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      document.change((draft) => {
        draft.queues.push({ id: `q${i}`, name: `Queue ${i}` });
        draft.queues.splice(50);
      }),
    ),
  );
  await Promise.all(
    Array.from({ length: 100 }, () =>
      document.change((draft) => {
        draft.email.answerWithinHours += 1;
      }),
    ),
  );
  expect(document.current().email.answerWithinHours).toBe(124);
  expect(document.current().queues).toHaveLength(50);
  expect(await readJson(file)).toEqual(document.current());
});

test('a change that is not valid is refused with the field and changes nothing', async () => {
  const { document, file } = await openFresh();
  const before = await readFile(file, 'utf8');
  const refused = await document.change((draft) => {
    draft.defaultLanguage = 'fr';
  });
  expect(refused).toEqual({
    kind: 'refused',
    reason: 'invalid',
    problems: ['defaultLanguage: must be one of `languages`'],
  });
  expect(document.current().defaultLanguage).toBe('en');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('an edit that throws changes nothing and does not hold up the next one', async () => {
  const { document } = await openFresh();
  const broken = document.change((draft) => {
    draft.brand = 'Half done';
    throw new Error('the form was closed');
  });
  await expect(broken).rejects.toThrow('the form was closed');
  expect(document.current().brand).toBe('OKPay');
  const next = await document.change((draft) => {
    draft.color = '#000000';
  });
  expect(next).toMatchObject({ kind: 'changed', workspace: { brand: 'OKPay', color: '#000000' } });
});

test('two people who edit the same revision do not overwrite each other', async () => {
  const { document } = await openFresh();
  const revision = document.revision();
  const rename = (brand: string) =>
    document.change((draft) => {
      draft.brand = brand;
    }, revision);
  const [first, second] = await Promise.all([rename('First'), rename('Second')]);
  expect(first?.kind).toBe('changed');
  expect(second).toEqual({ kind: 'refused', reason: 'stale', revision: document.revision() });
  expect(document.current().brand).toBe('First');
});

test('nobody can change the document in force by holding it', async () => {
  const { document } = await openFresh();
  const held = document.current() as unknown as { brand: string; languages: string[] };
  expect(() => {
    held.brand = 'Mine';
  }).toThrow(TypeError);
  expect(() => held.languages.push('fr')).toThrow(TypeError);
  let kept: { brand: string } | undefined;
  await document.change((draft) => {
    kept = draft;
    draft.brand = 'Told';
  });
  if (kept) kept.brand = 'Changed behind its back';
  expect(document.current().brand).toBe('Told');
});

test('an edit by hand comes into force while running', async () => {
  const { document, file } = await openFresh();
  const told = nextChange(document);
  await writeFile(file, JSON.stringify({ brand: 'By hand' }));
  expect((await told).brand).toBe('By hand');
  expect(document.current().brand).toBe('By hand');
});

test('an editor that replaces the file is seen too', async () => {
  const { document, file } = await openFresh();
  const told = nextChange(document);
  await writeFile(`${file}~new`, JSON.stringify({ brand: 'Replaced' }));
  await rename(`${file}~new`, file);
  expect((await told).brand).toBe('Replaced');
});

test('a bad edit by hand is kept out with its reason, is not overwritten, and comes in once mended', async () => {
  const { document, file, warnings } = await openFresh();
  const bad = '{ "brand": "", "colour": "#123456" }';
  await writeFile(file, bad);
  await until(() => document.problems().length > 0);
  expect(document.problems().join('\n')).toMatch(/brand: .*\n.*colour/);
  expect(warnings.join('\n')).toContain(file);
  expect(document.current().brand).toBe('OKPay');
  const refused = await document.change((draft) => {
    draft.brand = 'From the desk';
  });
  expect(refused).toMatchObject({ kind: 'refused', reason: 'file_invalid' });
  expect(await readFile(file, 'utf8')).toBe(bad);
  const told = nextChange(document);
  await writeFile(file, '{ "brand": "Mended" }');
  expect((await told).brand).toBe('Mended');
  expect(document.problems()).toEqual([]);
});

test('a change is made on top of an edit by hand that nobody has noticed yet', async () => {
  const { document, file } = await openFresh();
  await writeFile(file, JSON.stringify({ brand: 'By hand' }));
  await document.change((draft) => {
    draft.color = '#000000';
  });
  expect(document.current()).toMatchObject({ brand: 'By hand', color: '#000000' });
});

test('a file that cannot be read at start gives way to the last good copy, with a warning', async () => {
  const { document, file } = await openFresh();
  await document.change((draft) => {
    draft.brand = 'Good';
  });
  await document.close();
  for (const damage of ['', '\0'.repeat(500), '{ "brand": ']) {
    await writeFile(file, damage);
    const again = await open(file);
    expect(again.document.current().brand).toBe('Good');
    expect(again.document.problems()).toHaveLength(1);
    expect(again.warnings.join('\n')).toContain('not JSON');
    expect(await readFile(file, 'utf8')).toBe(damage);
    await again.document.close();
  }
});

test('a removed file is written back from the last good copy', async () => {
  const { document, file } = await openFresh();
  await document.change((draft) => {
    draft.brand = 'Good';
  });
  await document.close();
  await rm(file);
  const again = await open(file);
  expect(again.document.current().brand).toBe('Good');
  expect(await readJson(file)).toMatchObject({ brand: 'Good' });
  expect(again.warnings).toHaveLength(1);
});

test('without a good copy a bad file is refused by name, with each problem', async () => {
  const file = await freshFile();
  await writeFile(
    file,
    '{ "timeZone": "Mars/Base", "phone": { "hours": [{ "days": ["mon"], "from": "9:00", "to": "18:00" }] } }',
  );
  await expect(openWorkspace(file)).rejects.toMatchObject({
    code: 'bad_workspace',
    message: expect.stringMatching(/timeZone: must be a time zone[^;]*; phone\.hours\.0\.from: /),
  });
});

test('a file is open once in a process, and can be opened again after it was closed', async () => {
  const { document, file } = await openFresh();
  await expect(openWorkspace(file)).rejects.toMatchObject({ code: 'internal' });
  await document.close();
  await (await openWorkspace(file)).close();
});

test('a write that fails is told and leaves memory as the disk is', async () => {
  const { document, file } = await openFresh();
  // A folder that is not empty cannot be replaced by a file.
  await rm(`${file}.bak`);
  await mkdir(join(`${file}.bak`, 'x'), { recursive: true });
  const failing = document.change((draft) => {
    draft.brand = 'Lost';
  });
  await expect(failing).rejects.toMatchObject({ code: 'store_failed' });
  expect(document.current().brand).toBe('OKPay');
  expect(await readJson(file)).toMatchObject({ brand: 'OKPay' });
  await rm(`${file}.bak`, { recursive: true });
  await document.change((draft) => {
    draft.brand = 'Kept';
  });
  expect(document.current().brand).toBe('Kept');
});

test('a listener that throws does not disturb the change or the others', async () => {
  const { document, warnings } = await openFresh();
  document.onChange(() => {
    throw new Error('this listener fails');
  });
  const told = nextChange(document);
  await document.change((draft) => {
    draft.brand = 'Told';
  });
  expect((await told).brand).toBe('Told');
  expect(warnings).toHaveLength(1);
});

test.for([
  ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }],
  ['an origin that is no web page', { allowedOrigins: ['javascript:alert(1)'] }],
  ['a colour that could carry style', { color: 'red;background:url(x)' }],
  ['a brand of two lines', { brand: 'A\nB' }],
  ['a language twice', { languages: ['en', 'en'] }],
  ['a span over midnight', { agents: { hours: [{ days: ['mon'], from: '22:00', to: '06:00' }] } }],
  ['a day that is not in the calendar', { agents: { holidays: [{ date: '2026-02-30' }] } }],
  [
    'an amount with too many digits',
    { limits: { agentActionMax: [{ amount: '1.234', currency: 'CNY' }] } },
  ],
  ['a misspelt field', { brnad: 'X' }],
] as const)('refused: %s', ([, document]) => {
  expect(workspaceSchema.safeParse(document).success).toBe(false);
});

test('a canned reply or greeting that asks for a secret is refused with its place and the reason; a warning is kept', async () => {
  const { document } = await openFresh();
  const reply = (en: string) => [{ id: 'hello', title: 'Hello', texts: { en } }];
  const asking = await document.change((draft) => {
    draft.cannedReplies = reply('To go on, please send me the code that you got.');
    draft.widget.greeting = { es: 'Envíanos tu contraseña.' };
  });
  expect(asking).toMatchObject({ kind: 'refused', reason: 'invalid' });
  const problems = asking.kind === 'refused' && 'problems' in asking ? asking.problems : [];
  expect(problems.some((one) => /cannedReplies.*texts.*\(code\)/.test(one))).toBe(true);
  expect(problems.some((one) => /widget.*greeting.*\(password\)/.test(one))).toBe(true);
  const warning = await document.change((draft) => {
    draft.cannedReplies = reply('Never give your code to anyone, not even to us.');
  });
  expect(warning.kind).toBe('changed');
});
