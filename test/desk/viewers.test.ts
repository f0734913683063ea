import { afterEach, expect, test } from 'vitest';
import { createLocalBus, type Viewer } from '../../src/bus/index.ts';
import { Viewers } from '../../src/desk/viewers.ts';

const open: Viewers[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const ana = { agentId: 'a', name: 'Ana', typing: false };
const bo = { agentId: 'b', name: 'Bo', typing: false };

/** Nodes on one bus, at a clock that the test moves. */
function nodes() {
  const bus = createLocalBus();
  let nowMs = 1000;
  return {
    later: (ms: number) => {
      nowMs += ms;
    },
    node: (name: string) => {
      const here = new Map<string, readonly Viewer[]>();
      const told: (readonly Viewer[])[] = [];
      const about = new Set<string>();
      const viewers = new Viewers({
        bus,
        clock: () => nowMs,
        node: name,
        here: (conv) => here.get(conv) ?? [],
        tell: (conv, everyone) => {
          about.add(conv);
          told.push(everyone);
        },
      });
      open.push(viewers);
      return {
        viewers,
        told,
        about,
        look: (who: readonly Viewer[], conv = 'c1') => {
          here.set(conv, who);
          viewers.changed(conv);
        },
      };
    },
  };
}

test('who looks on one node is shown on the other at once, both ways, with typing, and goes when they go', async () => {
  const { node } = nodes();
  const [one, two] = [node('n1'), node('n2')];
  one.look([ana]);
  two.look([bo]);
  await expect
    .poll(() => [one.told.at(-1), two.told.at(-1)])
    .toEqual([
      [ana, bo],
      [bo, ana],
    ]);
  one.look([{ ...ana, typing: true }]);
  await expect.poll(() => two.told.at(-1)).toEqual([bo, { ...ana, typing: true }]);
  one.look([]);
  await expect.poll(() => two.told.at(-1)).toEqual([bo]);
  // Of another conversation nothing is heard.
  one.look([ana], 'c2');
  one.look([ana]);
  await expect.poll(() => two.told.at(-1)).toEqual([bo, ana]);
  expect([...two.about]).toEqual(['c1']);
});

test('a person with a page on both nodes is one person, who types if on either', async () => {
  const { node } = nodes();
  const [one, two] = [node('n1'), node('n2')];
  one.look([{ ...ana, typing: true }]);
  two.look([ana, bo]);
  await expect.poll(() => two.told.at(-1)).toEqual([{ ...ana, typing: true }, bo]);
});

test('what a node that died showed is gone after a while; one that lives is renewed', async () => {
  const { node, later } = nodes();
  const [one, two, three] = [node('n1'), node('n2'), node('n3')];
  one.look([ana]);
  two.look([bo]);
  three.look([{ ...ana, agentId: 'c', name: 'Cy' }]);
  await expect.poll(() => two.told.at(-1)?.length).toBe(3);
  one.viewers.close();
  for (let beat = 0; beat < 4; beat += 1) {
    later(5000);
    three.viewers.renew();
    await expect.poll(() => two.told.at(-1)?.some(({ name }) => name === 'Cy')).toBe(true);
    two.viewers.renew();
  }
  await expect.poll(() => two.told.at(-1)?.map(({ name }) => name)).toEqual(['Bo', 'Cy']);
});
