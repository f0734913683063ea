import { expect, test } from 'vitest';
import { launcherLook } from '../../src/service/widget-config.ts';
import { widgetConfig } from '../support/wire-world.ts';

test('the operator’s look is a list of plain words', () => {
  expect(
    launcherLook({
      ...widgetConfig,
      color: '#0a7d5a',
      launcher: { position: 'left', icon: 'help' },
    }),
  ).toBe('#0a7d5a,left,help');
});

test('what could mean something in a script is left out', () => {
  const launcher = { position: 'left', icon: 'help' } as const;
  expect(launcherLook({ ...widgetConfig, color: '"+alert(1)+"', launcher })).toBe('');
});
