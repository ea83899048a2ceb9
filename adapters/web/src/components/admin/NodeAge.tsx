import { Text } from '@mantine/core';
import { useNow } from '../../hooks/useNow';
import { inWords } from '../../lib/format';
import { ageOf, loadOf } from '../../lib/nodes';
import type { ProxmoxNode } from '../../types/vm.types';

// Numbers come every few seconds; the API itself shows none that are older than 30 s.
const OLD_MS = 60_000;

/** How old a node's numbers are, or for how long there have been none. */
export function NodeAge({ node }: { node: ProxmoxNode }) {
  const age = ageOf(node, useNow());
  let words = 'Not measured yet';
  if (!loadOf(node)) words = age === null ? 'No answer' : `No answer for ${inWords(age)}`;
  else if (age !== null) words = `Measured ${inWords(age)} ago${age > OLD_MS ? ', out of date' : ''}`;
  return (
    <Text size="xs" className="muted num">
      {words}
    </Text>
  );
}
