import { Button } from '@mantine/core';
import { ScanEye } from 'lucide-react';
import { useFocusWhen } from '../../hooks/useFocusWhen';
import type { useLookNow } from '../../hooks/useReconciliation';
import { count } from '../../lib/format';
import { notifyDone } from '../../lib/notify';
import { countOpen, isAgreement } from '../../lib/reconciliation';
import type { Reconciliation } from '../../types/vm.types';
import { ProblemAlert } from '../ProblemAlert';

type Look = ReturnType<typeof useLookNow>;

/** What a look has found. Of one that did not show everything the page says more than fits in a corner. */
function tell(found: Reconciliation | null) {
  if (!found) return;
  if (isAgreement(found)) notifyDone('Berth has looked: log and cluster agree.');
  else if (found.is_complete) notifyDone(`Berth has looked: ${count(countOpen(found), 'open difference')}.`);
}

export function LookNowButton({ look }: { look: Look }) {
  // It is disabled while it waits, and has lost the focus by that.
  const button = useFocusWhen<HTMLButtonElement>(!look.isPending, true);
  return (
    <Button
      ref={button}
      leftSection={<ScanEye size={16} aria-hidden />}
      loading={look.isPending}
      onClick={() => look.mutate(undefined, { onSuccess: tell })}
    >
      Look now
    </Button>
  );
}

export function LookNowError({ look }: { look: Look }) {
  return look.error ? <ProblemAlert error={look.error} /> : null;
}
