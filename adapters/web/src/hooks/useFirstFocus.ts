import { useEffect, useRef } from 'react';

/**
 * Gives the focus to an element when it appears: to where a page begins, or to what comes later than the
 * dialog around it, since what had the focus may be gone then and the keyboard would leave the dialog.
 */
export function useFirstFocus<Element extends HTMLElement>() {
  const first = useRef<Element>(null);
  useEffect(() => first.current?.focus(), []);
  return first;
}
