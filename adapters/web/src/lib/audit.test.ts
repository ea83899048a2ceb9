import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../types/vm.types';
import {
  actorInWords,
  auditFilterOf,
  byDay,
  fromLocalInput,
  localTimes,
  positionOf,
  sessionOfStream,
  toLocalInput,
} from './audit';

const event = (position: number, at: string): AuditEvent => ({
  position,
  at,
  actor: 'system:session',
  actor_login: null,
  stream: 'node-pve-1',
  type: 'node_registered',
  text: 'it was registered',
});

describe('the filter in the address', () => {
  it('is read as the API has it', () => {
    const text = 'stream=node-pve-1&type=node_removed&actor=user%3A2&since=2026-11-26T09:00:00Z&at=4';
    expect(auditFilterOf(new URLSearchParams(text))).toEqual({
      stream: 'node-pve-1',
      type: 'node_removed',
      actor: 'user:2',
      since: '2026-11-26T09:00:00Z',
    });
  });

  it('leaves out what is empty and what is no time', () => {
    expect(auditFilterOf(new URLSearchParams('stream=&until=noon&since='))).toEqual({});
  });

  it('has a position or none', () => {
    expect(positionOf(new URLSearchParams('at=42'))).toBe(42);
    for (const text of ['', 'at=', 'at=0', 'at=-1', 'at=1.5', 'at=last'])
      expect(positionOf(new URLSearchParams(text))).toBeNull();
  });
});

it('names actors as people do', () => {
  expect(actorInWords('user:2', 'ana')).toBe('ana');
  expect(actorInWords('user:9', null)).toBe('user 9');
  expect(actorInWords('system:session')).toBe('Berth, session');
  expect(actorInWords('system:node_monitor')).toBe('Berth, node monitor');
  expect(actorInWords('system')).toBe('Berth');
  expect(actorInWords('cron')).toBe('cron');
});

it('knows which streams are sessions', () => {
  expect(sessionOfStream('session-01JD0000000000000000000001')).toBe('01JD0000000000000000000001');
  expect(sessionOfStream('node-session-1')).toBeNull();
});

it('groups events by the day of the reader, in their order', () => {
  const noon = new Date(2026, 10, 26, 12).toISOString();
  const morning = new Date(2026, 10, 26, 0, 0, 1).toISOString();
  const before = new Date(2026, 10, 25, 23, 59, 59).toISOString();
  const days = byDay([event(3, noon), event(2, morning), event(1, before)]);
  expect(days.map(({ events }) => events.map(({ position }) => position))).toEqual([[3, 2], [1]]);
  expect(byDay([])).toEqual([]);
});

it('takes times to an input and back', () => {
  const at = '2026-11-26T09:00:07Z';
  expect(toLocalInput(at)).toMatch(/^2026-11-2\dT\d\d:\d\d:07$/);
  expect(fromLocalInput(toLocalInput(at))).toBe(at);
  expect(toLocalInput(undefined)).toBe('');
  expect(fromLocalInput('')).toBeUndefined();
});

it('shows times in a text by the reader’s clock, and leaves the rest as it is', () => {
  expect(localTimes('until 2026-11-26T13:41:54.079Z, or so')).toMatch(/^until .*2026, .*41:54.*, or so$/);
  expect(localTimes('pve-1 2026-11-26')).toBe('pve-1 2026-11-26');
});
