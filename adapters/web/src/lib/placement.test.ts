import { expect, it } from 'vitest';
import type { ConsideredNode } from '../types/vm.types';
import { byMerit, verdictInWords } from './placement';

const considered = (over: Partial<ConsideredNode>): ConsideredNode => ({
  node: 'pve-1',
  verdict: 'higher_score',
  score: 0.4,
  measured_score: 0.3,
  sample_age_seconds: 2,
  reserved_ram_mb: 0,
  vms: 1,
  max_vms: 50,
  ...over,
});

it('puts the chosen node first, then the possible ones from the best, then those that were not', () => {
  const nodes = [
    considered({ node: 'unmeasured', verdict: 'no_sample', score: 0 }),
    considered({ node: 'full', verdict: 'full', score: 0.1 }),
    considered({ node: 'worse', score: 0.6 }),
    considered({ node: 'better', score: 0.5 }),
    considered({ node: 'best', verdict: 'chosen', score: 0.5 }),
  ];
  expect(byMerit(nodes).map(({ node }) => node)).toEqual(['best', 'better', 'worse', 'full', 'unmeasured']);
  expect(nodes[0]?.node).toBe('unmeasured');
});

it('has words for every verdict', () => {
  expect(verdictInWords('overloaded')).toBe('Above the ceiling of 85 %');
  expect(verdictInWords('excluded')).toBe('Excluded after a refusal');
});
