import { expect, test } from 'vitest';
import { flowFrom } from '../support/flows.ts';
import { contentOf, talkOver, tell, wants } from '../support/plain-talk.ts';

const person = flowFrom('talk_to_agent', 'steps:\n  - handoff: asked\n');
const asking = (id: string, head: string) =>
  flowFrom(
    id,
    `${head}slots: { size: { type: choice, options: [small, large] } }
steps:
  - choose: size
`,
  );

async function skillsAfter(...flows: readonly ReturnType<typeof asking>[]) {
  const world = talkOver(contentOf(person, ...flows));
  for (const { id } of flows) await tell(world, `about ${id}`, wants(id));
  await tell(world, 'a person', wants('talk_to_agent'));
  const asked = world.log.findLast(({ event }) => event.type === 'handoff.requested')?.event;
  return asked?.type === 'handoff.requested' ? asked.skills : 'not asked';
}

test('who is handed over amid a matter waits for an agent who can deal with it', async () => {
  const secure = asking('secure', 'skills: [security]\n');
  expect(await skillsAfter(secure)).toEqual(['security']);
  expect(await skillsAfter(asking('plain', ''), secure)).toEqual(['security']);
  expect(await skillsAfter(asking('plain', ''))).toBeUndefined();
});
