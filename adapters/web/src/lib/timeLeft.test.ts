import { expect, it } from 'vitest';
import { session } from '../test/samples';
import { isEnding, mayExtend, minutesLeft, shareLeft } from './timeLeft';

it('counts minutes down to zero and never below', () => {
  expect([600_000, 540_001, 1, 0, -5_000].map(minutesLeft)).toEqual([10, 10, 1, 0, 0]);
});

it('ends from less than ten minutes on', () => {
  expect(isEnding(600_000)).toBe(false);
  expect(isEnding(599_999)).toBe(true);
});

it('knows which part of a session is left', () => {
  const at = (time: string) => shareLeft(session(), Date.parse(time));
  expect(at('2026-11-26T09:15:00Z')).toBe(75);
  expect(at('2026-11-26T08:00:00Z')).toBe(100);
  expect(at('2026-11-26T11:00:00Z')).toBe(0);
});

it('extends until the latest end, and not a minute longer', () => {
  const until = (expires_at: string) => mayExtend(session({ expires_at }), 30);
  expect(until('2026-11-26T16:30:00Z')).toBe(true);
  expect(until('2026-11-26T16:31:00Z')).toBe(false);
});
