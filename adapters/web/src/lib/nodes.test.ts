import { describe, expect, it } from 'vitest';
import { node } from '../test/samples';
import { ageOf, isCritical, loadOf, percentText } from './nodes';

const offline = node({ status: 'offline', cpu_percent: null, ram_used_mb: null, sample_age_seconds: null });

describe('the load of a node', () => {
  it('is the share of its RAM beside that of its CPUs', () => {
    expect(loadOf(node({ cpu_percent: 12.5, ram_used_mb: 512, ram_total_mb: 2048 }))).toEqual({
      cpuPercent: 12.5,
      ramPercent: 25,
      ramUsedMb: 512,
      ramTotalMb: 2048,
    });
  });

  it('is unknown while it does not answer, also in maintenance', () => {
    expect(loadOf(offline)).toBeNull();
    expect(loadOf(node({ status: 'offline' }))).toBeNull();
    expect(loadOf({ ...offline, status: 'maintenance' })).toBeNull();
    expect(loadOf(node({ ram_total_mb: 0 }))).toBeNull();
  });

  it('is critical above 80 % of CPU or of RAM, and never while it is unknown', () => {
    expect(isCritical(node({ cpu_percent: 80 }))).toBe(false);
    expect(isCritical(node({ cpu_percent: 80.1 }))).toBe(true);
    expect(isCritical(node({ ram_used_mb: 81, ram_total_mb: 100 }))).toBe(true);
    expect(isCritical(offline)).toBe(false);
  });

  it('is shown in whole percent', () => expect(percentText(66.6)).toBe('67 %'));
});

describe('the age of measurements', () => {
  const now = Date.parse('2026-11-26T09:00:00Z');

  it('counts from the time of the last one', () => expect(ageOf(node(), now)).toBe(10_000));

  it('is never negative, whatever the clocks say', () => expect(ageOf(node(), now - 60_000)).toBe(0));

  it('is what the API says while there is no history', () => {
    expect(ageOf(node({ recent: [], sample_age_seconds: 3 }), now)).toBe(3_000);
    expect(ageOf(node({ recent: [], sample_age_seconds: null }), now)).toBeNull();
  });
});
