import { useState } from 'react';

/** Which dialog of a page is open, and about what. The subject stays while the dialog closes. */
export function useDialog<Kind extends string, Subject = undefined>() {
  const [{ kind, subject }, setState] = useState<{ kind?: Kind; subject?: Subject }>({});
  return {
    subject,
    isOpen: (asked: Kind) => kind === asked,
    open: (wanted: Kind, about?: Subject) => setState({ kind: wanted, subject: about }),
    close: () => setState((before) => ({ subject: before.subject })),
  };
}
