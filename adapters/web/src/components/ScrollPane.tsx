import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

/** Something wider than the page scrolls in here, also by the keyboard. */
export function ScrollPane({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box role="region" aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
      {children}
    </Box>
  );
}
