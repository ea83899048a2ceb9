import { useEffect, useRef } from 'react';

/**
 * After a refusal, leads the keyboard to the first wrong field, or back to the button that was disabled
 * while the answer was awaited: it has lost the focus by that.
 */
export function useFormFocus(error: Error | null) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!error) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else if (document.activeElement === document.body)
      form.current?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  }, [error]);
  return form;
}
