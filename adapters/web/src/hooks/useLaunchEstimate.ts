import { useState } from 'react';
import { estimateOf, percentOf, type Estimate } from '../lib/steps';
import type { VMSession } from '../types/vm.types';
import { useNow } from './useNow';
import { useVMTemplates } from './useVMTemplates';

/** Where the bar begins, so that there is something to see move. */
const BEGUN = 4;
/** The bar waits here for the desktop: only a desktop is all of the way. */
const NEARLY = 95;

interface Launch extends Estimate {
  /** For a bar; it never goes back. */
  shown: number;
}

/** How far a pending session is, and what can be said of the time that is left. */
export function useLaunchEstimate(session: VMSession): Launch {
  const templates = useVMTemplates().data;
  const elapsed = useNow() - Date.parse(session.created_at);
  const usual = templates?.find(({ id }) => id === session.template.id)?.time_to_ready ?? null;
  const estimate = estimateOf(usual, elapsed);
  const shown = Math.min(
    NEARLY,
    Math.max(BEGUN, estimate.percent ?? (estimate.isLate ? NEARLY : percentOf(session))),
  );
  // A newer estimate of the template, or another attempt, may say less than was shown.
  const [highest, setHighest] = useState(shown);
  if (shown > highest) setHighest(shown);
  return { ...estimate, shown: Math.max(shown, highest) };
}
