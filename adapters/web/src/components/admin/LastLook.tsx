import { Alert, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { EyeOff, HardDrive } from 'lucide-react';
import { useNow } from '../../hooks/useNow';
import { dayOf, exactTime, inWords } from '../../lib/format';
import { countForPeople, countOpen, isLooking } from '../../lib/reconciliation';
import type { Reconciliation } from '../../types/vm.types';
import { StatTile } from './StatTile';

/** What the last look showed, when it was, and what it could not show. */
export function LastLook({ report }: { report: Reconciliation }) {
  return (
    <Stack gap="md">
      {report.is_complete || !report.why_not ? null : <Incomplete report={report} why={report.why_not} />}
      {report.unread.length > 0 ? <Unread places={report.unread} /> : null}
      <Tiles report={report} />
      <Times report={report} />
    </Stack>
  );
}

function Incomplete({ report, why }: { report: Reconciliation; why: string }) {
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<EyeOff size={18} aria-hidden />}
      title={
        report.surveyed_at
          ? 'The last look did not show everything'
          : 'Berth has not seen the cluster since it started'
      }
    >
      <Text size="sm" fw={600} className="sentence" style={{ overflowWrap: 'anywhere' }}>
        {why}
      </Text>
      <Text size="sm" mt={4}>
        Until a look shows everything, what is absent proves nothing: no session ends because of it, and what
        stands below may be out of date.
      </Text>
    </Alert>
  );
}

function Unread({ places }: { places: readonly string[] }) {
  return (
    <Alert
      color="yellow"
      variant="light"
      role="status"
      icon={<HardDrive size={18} aria-hidden />}
      title="Some disks could not be listed"
    >
      <List size="sm">
        {places.map((place) => (
          <List.Item key={place} className="sentence">
            {place}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt={4}>
        A leaked disk there goes unnoticed, and no known one counts as gone before everything can be read.
      </Text>
    </Alert>
  );
}

function Tiles({ report }: { report: Reconciliation }) {
  const now = useNow();
  const { surveyed_at, next_at } = report;
  const since = surveyed_at ? `${inWords(now - Date.parse(surveyed_at))} ago` : 'Not yet';
  const until = isLooking(report, now) ? 'Now' : `In ${inWords(Date.parse(next_at) - now)}`;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <StatTile label="Open differences" value={String(countOpen(report))} />
      <StatTile label="Need a person" value={String(countForPeople(report))} />
      <StatTile label="Last look" value={since} />
      <StatTile label="Next look" value={until} />
    </SimpleGrid>
  );
}

const at = (time: string) => `${dayOf(time)}, ${exactTime(time)}`;

function seenInWords({ surveyed_at, is_complete }: Reconciliation): string {
  if (!surveyed_at) return 'The cluster has not been seen since Berth started.';
  // Of a look that failed there is no time: this may be that of the one before.
  return is_complete
    ? `The last look, on ${at(surveyed_at)}, showed every VM.`
    : `The cluster last answered on ${at(surveyed_at)}.`;
}

const listedInWords = ({ volumes_listed_at }: Reconciliation): string =>
  volumes_listed_at
    ? `Disks were last listed on ${at(volumes_listed_at)}.`
    : 'Disks have not been listed since Berth started.';

function Times({ report }: { report: Reconciliation }) {
  return (
    <Text size="sm" className="muted num">
      {seenInWords(report)} {listedInWords(report)} A difference counts when two looks half a minute apart
      have shown it.
    </Text>
  );
}
