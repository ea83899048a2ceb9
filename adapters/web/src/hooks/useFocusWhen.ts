import { useEffect, useRef, type RefObject } from 'react';

/** Where a person is busy: taking the focus from there would be in the way. */
const BUSY = '[role="dialog"], [role="menu"], input, textarea';

/**
 * Moves the focus to what has come while somebody watched, unless they are busy elsewhere. With `onlyWhenLost`
 * it moves only when what had the focus is gone.
 */
export function useFocusWhen<T extends HTMLElement>(
  comes: boolean,
  onlyWhenLost = false,
): RefObject<T | null> {
  const element = useRef<T>(null);
  const was = useRef(comes);
  useEffect(() => {
    const focused = document.activeElement;
    const isFree = onlyWhenLost ? !focused || focused === document.body : !focused?.closest(BUSY);
    if (comes && !was.current && isFree) element.current?.focus();
    was.current = comes;
  }, [comes, onlyWhenLost]);
  return element;
}
