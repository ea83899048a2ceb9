import { describe, expect, it } from 'vitest';
import { pending, session } from '../test/samples';
import type { HistoryStep } from '../types/vm.types';
import { estimateOf, givenUp, isResumed, pathOf, percentOf, timeOfUse, timeToDesktop } from './steps';

/** Steps as "name attempt seconds", each as long as it says; the last one of a list may be under way. */
function played(...told: string[]): HistoryStep[] {
  let at = Date.parse('2026-11-26T09:00:00Z');
  return told.map((text) => {
    const [name = '', attempt = '1', length] = text.split(' ');
    const began_at = new Date(at).toISOString();
    at += Number(length ?? 0) * 1_000;
    return {
      name,
      attempt: Number(attempt),
      began_at,
      ended_at: length === undefined ? null : new Date(at).toISOString(),
    };
  });
}
const states = (...told: Parameters<typeof pathOf>) =>
  pathOf(...told).map(({ name, state }) => `${name} ${state}`);

describe('the path of a new machine', () => {
  const cloning = played('placing 0 0', 'placed 1 1', 'cloning 1');

  it('has what is done, what is under way, and what is still to come', () => {
    expect(states(pending(), cloning)).toEqual([
      'placed done',
      'cloning running',
      'configuring waiting',
      'starting waiting',
      'waiting_for_address waiting',
      'active waiting',
    ]);
  });

  it('has the times of each step', () => {
    const [placed, clone, configure] = pathOf(pending(), cloning);
    expect(placed).toMatchObject({
      title: 'A node is chosen',
      began_at: '2026-11-26T09:00:00.000Z',
      ended_at: '2026-11-26T09:00:01.000Z',
    });
    expect(clone).toMatchObject({ began_at: '2026-11-26T09:00:01.000Z', ended_at: null });
    expect(configure).toMatchObject({ began_at: null, ended_at: null });
  });

  it('follows the session when its history is behind or missing', () => {
    expect(states(pending({ provisioning_step: 'configuring' }), cloning)[2]).toBe('configuring running');
    expect(states(pending({ provisioning_step: 'starting' }), []).slice(0, 4)).toEqual([
      'placed done',
      'cloning done',
      'configuring done',
      'starting running',
    ]);
  });

  it('is done once there is a desktop, and stays so afterwards', () => {
    const used = played('placed 1 1', 'cloning 1 9', 'active 1 60', 'deleting 1');
    expect(new Set(pathOf(session(), used).map(({ state }) => state))).toEqual(new Set(['done']));
    const over = session({ status: 'expired', provisioning_step: 'deleting' });
    expect(new Set(pathOf(over, used).map(({ state }) => state))).toEqual(new Set(['done']));
  });

  it('stops where a session ended before it was ready', () => {
    const over = session({ status: 'expired', provisioning_step: 'closed' });
    const ended = played('placed 1 1', 'cloning 1 9', 'configuring 1 2', 'deleting 1 4', 'closed 1 0');
    expect(states(over, ended).slice(1, 4)).toEqual([
      'cloning done',
      'configuring stopped',
      'starting waiting',
    ]);
  });
});

describe('attempts that were given up', () => {
  const second = played(
    'placing 0 0',
    'placed 1 10',
    'cloning 1 30',
    'placing 2 10',
    'placed 2 1',
    'cloning 2',
  );

  it('are told in words, and the path is that of the newest', () => {
    expect(givenUp(pending(), second)).toEqual([
      'Attempt 1 was given up after 40 s, at this step: Cloning the template.',
    ]);
    const path = pathOf(pending(), second);
    expect(path[0]).toMatchObject({ name: 'placing', title: 'Waiting for a node', state: 'done' });
    expect(path[2]).toMatchObject({
      name: 'cloning',
      state: 'running',
      began_at: '2026-11-26T09:00:51.000Z',
    });
  });

  it('leave a wait for a node between them', () => {
    const between = played('placing 0 0', 'placed 1 10', 'cloning 1 30', 'placing 2');
    const waits = pending({ provisioning_step: 'placing' });
    expect(states(waits, between).slice(0, 3)).toEqual([
      'placing running',
      'placed waiting',
      'cloning waiting',
    ]);
    expect(givenUp(waits, between)).toHaveLength(1);
    expect(states(waits, [])[0]).toBe('placing running');
  });

  it('are all but the last one of a session that failed', () => {
    const failed = session({
      status: 'failed',
      provisioning_step: 'closed',
      end_reason: 'provisioning_failed',
    });
    const steps = [
      ...second.slice(0, -1),
      ...played(
        'cloning 2 5',
        'placing 3 30',
        'placed 3 1',
        'starting 3 7',
        'placing 4 0',
        'deleting 4 1',
        'closed 4 0',
      ),
    ];
    expect(givenUp(failed, steps)).toHaveLength(2);
    expect(states(failed, steps)).toContain('starting stopped');
    expect(states(failed, steps)).toContain('active waiting');
  });

  it('say when they found no node', () => {
    const steps = played(
      'placed 1 1',
      'cloning 1 2',
      'placing 2 10',
      'placing 3 30',
      'placed 3 1',
      'cloning 3',
    );
    expect(givenUp(pending(), steps)[1]).toBe('Attempt 2 found no node with room.');
  });
});

describe('the path of a kept machine', () => {
  const steps = played('placing 0 0', 'resuming 0 1', 'placed 1 1', 'starting 1');

  it('has no cloning in it', () => {
    expect(isResumed(pending(), steps)).toBe(true);
    expect(states(pending({ provisioning_step: 'starting' }), steps)).toEqual([
      'resuming done',
      'placed done',
      'starting running',
      'waiting_for_address waiting',
      'active waiting',
    ]);
    expect(pathOf(pending(), steps)[1]?.title).toBe('Taking over your kept machine');
    expect(givenUp(pending(), steps)).toEqual([]);
  });

  it('is known from its first step on', () => {
    expect(states(pending({ provisioning_step: 'resuming' }), [])[0]).toBe('resuming running');
  });
});

describe('times', () => {
  const used = played('placed 1 1', 'cloning 1 20', 'active 1 600', 'deleting 1');

  it('of use are known once it is over', () => {
    expect(timeOfUse(used)).toBe(600_000);
    expect(timeOfUse(used.slice(0, 2))).toBeNull();
    expect(timeOfUse(played('active 1'))).toBeNull();
  });

  it('to the desktop are known once it was there', () => {
    expect(timeToDesktop(session(), used)).toBe(21_000);
    expect(timeToDesktop(session(), used.slice(0, 2))).toBeNull();
  });
});

describe('an estimate', () => {
  const usual = { launches: 20, usual_seconds: 21, slow_seconds: 48 };

  it('says what is usual and what is left of it', () => {
    expect(estimateOf(usual, 12_000)).toEqual({
      sentence: 'Usually ready in about 21 s, about 9 s to go.',
      percent: expect.closeTo(57.1, 1) as number,
      isLate: false,
    });
  });

  it('says that it takes longer, and how long nearly all take', () => {
    expect(estimateOf(usual, 21_000)).toEqual({
      sentence: 'Longer than usual; 19 of 20 are ready within 48 s.',
      percent: null,
      isLate: true,
    });
  });

  it('says that it takes too long', () => {
    expect(estimateOf(usual, 48_000).sentence).toMatch(/^This takes longer than it should\./);
  });

  it('is not made up where nothing is known', () => {
    for (const nothing of [null, { launches: 1, usual_seconds: 0, slow_seconds: 0 }])
      expect(estimateOf(nothing, 5_000)).toEqual({
        sentence: 'No estimate yet: no launch of this template has been timed so far.',
        percent: null,
        isLate: false,
      });
  });

  it('is not fooled by a clock that is behind', () => expect(estimateOf(usual, -3_000).percent).toBe(0));

  it('is replaced by the step where there is none', () => {
    expect(percentOf(pending({ provisioning_step: 'placed' }))).toBe(0);
    expect(percentOf(pending({ provisioning_step: 'starting' }))).toBe(60);
    expect(percentOf(pending({ provisioning_step: 'resuming' }))).toBe(0);
  });
});
