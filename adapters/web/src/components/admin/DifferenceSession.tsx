import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { subjectOf } from '../../lib/reconciliation';
import type { OpenDifference, SettledDifference } from '../../types/vm.types';

/**
 * The way to the session that a VM or disk belongs or belonged to. A stray may bear the name of one, but this
 * log never gave it to any, and may not even know that one.
 */
export function DifferenceSession({ of }: { of: OpenDifference | SettledDifference }) {
  if (!of.session_id || of.kind === 'stray') return <span className="muted">None</span>;
  return (
    <Anchor
      component={Link}
      to={`/sessions/${of.session_id}`}
      size="sm"
      aria-label={`Session of ${subjectOf(of)}`}
    >
      Session
    </Anchor>
  );
}
