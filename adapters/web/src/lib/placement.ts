import type { ConsideredNode } from '../types/vm.types';

type Verdict = ConsideredNode['verdict'];

const words: Readonly<Record<Verdict, string>> = {
  chosen: 'Chosen',
  higher_score: 'Higher score',
  overloaded: 'Above the ceiling of 85 %',
  no_ram: 'Not enough RAM',
  no_cores: 'Not enough cores',
  full: 'Full',
  offline: 'Offline',
  not_in_service: 'Not in service',
  no_sample: 'Not measured',
  excluded: 'Excluded after a refusal',
};

export const verdictInWords = (verdict: Verdict) => words[verdict];

/** Whether the scheduler had numbers of the node; without them it could give no score. */
export const isMeasured = ({ score }: ConsideredNode) => score > 0;

const rank = (node: ConsideredNode) =>
  node.verdict === 'chosen' ? 0 : node.verdict === 'higher_score' ? 1 : isMeasured(node) ? 2 : 3;

/** The chosen one first, then those that could have been, the best before; then those that could not. */
export function byMerit(considered: readonly ConsideredNode[]): ConsideredNode[] {
  return [...considered].sort(
    (a, b) => rank(a) - rank(b) || a.score - b.score || a.node.localeCompare(b.node),
  );
}
