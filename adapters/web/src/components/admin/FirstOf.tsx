import { Button, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';

interface Props<T> {
  items: readonly T[];
  /** So many at first. */
  atFirst: number;
  /** What they are, for those who hear only the button: "stray VMs". */
  noun: string;
  children: (shown: readonly T[]) => ReactNode;
}

/** The first of very many, and the way to all of them. */
export function FirstOf<T>({ items, atFirst, noun, children }: Props<T>) {
  const [isAll, setIsAll] = useState(false);
  return (
    <>
      {children(isAll ? items : items.slice(0, atFirst))}
      {items.length > atFirst ? (
        <Group justify="center" p="sm">
          <Button variant="default" size="compact-md" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
            {isAll ? `Show the first ${atFirst}` : `Show all ${items.length} ${noun}`}
          </Button>
        </Group>
      ) : null}
    </>
  );
}
