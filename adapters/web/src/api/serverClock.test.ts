import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noteServerDate, serverNow } from './serverClock';

const server = Date.parse('2026-11-26T09:00:00Z');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('follows a server whose clock is another', () => {
  vi.setSystemTime(server + 300_000);
  noteServerDate('Thu, 26 Nov 2026 09:00:00 GMT');
  expect(Math.abs(serverNow() - server)).toBeLessThanOrEqual(1_000);
});

it('does not jump for the fraction of a second that the header lacks', () => {
  vi.setSystemTime(server);
  noteServerDate('Thu, 26 Nov 2026 09:00:00 GMT');
  const before = serverNow();
  vi.setSystemTime(server + 900);
  noteServerDate('Thu, 26 Nov 2026 09:00:00 GMT');
  expect(serverNow()).toBe(before + 900);
});

it('keeps what it knows when an answer has no date', () => {
  vi.setSystemTime(server + 60_000);
  noteServerDate('Thu, 26 Nov 2026 09:00:00 GMT');
  noteServerDate(null);
  noteServerDate('nonsense');
  expect(Math.abs(serverNow() - server)).toBeLessThanOrEqual(1_000);
});
