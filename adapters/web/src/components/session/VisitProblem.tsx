import { Alert } from '@mantine/core';
import { MonitorX } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { failedVisitInWords } from '../../lib/sessionWords';

/** Why a visit of the desktop led back to this page: berthd says it in the address. */
export function VisitProblem() {
  const [search, setSearch] = useSearchParams();
  const problem = search.get('problem');
  if (problem === null) return null;
  const dismiss = () =>
    setSearch(
      (now) => {
        now.delete('problem');
        return now;
      },
      { replace: true },
    );
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<MonitorX size={18} aria-hidden />}
      title="The desktop could not be opened"
      role="alert"
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={dismiss}
    >
      {failedVisitInWords(problem)}
    </Alert>
  );
}
