import { expect, it } from 'vitest';
import { count, countdown, gib, inWords, minutesInWords } from './format';

it.each([
  [512, '0.5 GiB'],
  [4_096, '4 GiB'],
  [6_656, '6.5 GiB'],
  [262_144, '256 GiB'],
  [262_200, '256 GiB'],
])('%i MiB are %s', (mib, text) => expect(gib(mib)).toBe(text));

it.each([
  [-5_000, '00:00'],
  [59_999, '00:59'],
  [600_000, '10:00'],
  [3_661_000, '1:01:01'],
])('%i ms count down as %s', (ms, text) => expect(countdown(ms)).toBe(text));

it.each([
  [400, '0 s'],
  [89_000, '89 s'],
  [120_000, '2 min'],
  [7_200_000, '2 h'],
  [12 * 86_400_000, '12 d'],
])('%i ms are %s in words', (ms, text) => expect(inWords(ms)).toBe(text));

it.each([
  [30, '30 min'],
  [60, '1 h'],
  [90, '1 h 30 min'],
])('%i minutes are %s', (minutes, text) => expect(minutesInWords(minutes)).toBe(text));

it('one is no plural', () => {
  expect(count(1, 'session')).toBe('1 session');
  expect(count(2, 'session')).toBe('2 sessions');
});
