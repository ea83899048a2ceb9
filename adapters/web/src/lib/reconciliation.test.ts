import { describe, expect, it } from 'vitest';
import { difference, reconciliation, settledDifference } from '../test/reconciliation';
import type { OpenDifference } from '../types/vm.types';
import {
  countForPeople,
  detailInWords,
  groupsOf,
  isAgreement,
  isLooking,
  removalInWords,
  settlementInWords,
  subjectOf,
} from './reconciliation';

const late = (over: Partial<NonNullable<OpenDifference['removal']>> = {}) =>
  difference({
    kind: 'late_clone',
    removal: { intended: false, quarantined: false, failures: 0, last_fault: null, ...over },
  });

describe('differences by kind', () => {
  it('begin with what people must see to', () => {
    const open = [difference({ kind: 'moved' }), late(), difference({ kind: 'leaked_volume' }), difference()];
    expect(groupsOf(reconciliation({ open })).map(({ kind }) => kind)).toEqual([
      'stray',
      'leaked_volume',
      'late_clone',
      'moved',
    ]);
  });

  it('are left to Berth as long as it may touch them', () => {
    expect(groupsOf(reconciliation({ open: [late()] }))[0]?.handler).toBe('berth');
    expect(groupsOf(reconciliation({ open: [late(), late({ quarantined: true })] }))[0]?.handler).toBe(
      'person',
    );
  });

  it('are counted, also those that are too many to be listed', () => {
    const counts = { ...reconciliation().counts, stray: 1_200, moved: 1 };
    const report = reconciliation({ open: [difference()], counts });
    expect(groupsOf(report)[0]).toMatchObject({ kind: 'stray', count: 1_200, listed: [difference()] });
    expect(countForPeople(report)).toBe(1_200);
  });

  it('wait for a person when they are not Berth’s, or a late clone is left alone', () => {
    const open = [difference(), late(), late({ quarantined: true }), difference({ kind: 'overdue' })];
    expect(countForPeople(reconciliation({ open }))).toBe(2);
  });
});

describe('log and cluster', () => {
  it('agree only when a look has shown everything', () => {
    expect(isAgreement(reconciliation())).toBe(true);
    expect(isAgreement(reconciliation({ is_complete: false, why_not: 'no quorum' }))).toBe(false);
    expect(isAgreement(reconciliation({ open: [difference()] }))).toBe(false);
  });

  it('are being compared from when the next look is due', () => {
    const { next_at } = reconciliation();
    const due = Date.parse(next_at);
    expect(isLooking({ next_at }, due - 30_000)).toBe(false);
    expect(isLooking({ next_at }, due)).toBe(true);
    expect(isLooking({ next_at }, due - 1_500)).toBe(true); // Clocks differ a little.
  });
});

describe('in words', () => {
  it('a difference is about a VM, or the disk of one', () => {
    expect(subjectOf(difference())).toBe('VM 10500000');
    expect(subjectOf(difference({ volume: 'ceph:vm-10000001-disk-0' }))).toBe('ceph:vm-10000001-disk-0');
  });

  it('sizes are as on all other pages', () => {
    expect(detailInWords(`${32 * 2 ** 30} bytes on storage ceph`)).toBe('32 GiB on storage ceph');
    expect(detailInWords(`${4 * 2 ** 20} bytes on storage ceph`)).toBe('4 MiB on storage ceph');
    expect(detailInWords('its node is offline')).toBe('its node is offline');
  });

  it('a late clone says how far its removal is', () => {
    expect(removalInWords(difference())).toBe('');
    expect(removalInWords(late())).toBe('It will be destroyed');
    expect(removalInWords(late({ intended: true }))).toBe('Its destruction is under way');
    expect(removalInWords(late({ intended: true, failures: 3, last_fault: 'storage is busy' }))).toBe(
      'Not destroyed after 3 tries: storage is busy',
    );
    expect(removalInWords(late({ failures: 1 }))).toBe('Not destroyed after 1 try');
    expect(removalInWords(late({ quarantined: true, last_fault: 'it is locked' }))).toBe(
      'Left alone: it is locked',
    );
  });

  it('what became of it depends on what it was', () => {
    expect(settlementInWords(settledDifference())).toBe('Berth destroyed it');
    expect(settlementInWords(settledDifference({ kind: 'stray', how: 'gone' }))).toBe(
      'Gone, and not by Berth',
    );
    expect(settlementInWords(settledDifference({ kind: 'lost', how: 'session_told' }))).toBe(
      'Its session has ended',
    );
    expect(settlementInWords(settledDifference({ kind: 'moved', how: 'session_told' }))).toBe(
      'Its session follows it',
    );
    expect(settlementInWords(settledDifference({ how: 'resolved' }))).toBe('As the log says again');
  });
});
