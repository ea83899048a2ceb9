import { expect, it } from 'vitest';
import { loadLevel } from './load';

it.each([
  [0, 'normal'],
  [59.9, 'normal'],
  [60, 'high'],
  [80, 'high'],
  [80.1, 'critical'],
  [100, 'critical'],
] as const)('%d %% are %s', (percent, level) => expect(loadLevel(percent)).toBe(level));
