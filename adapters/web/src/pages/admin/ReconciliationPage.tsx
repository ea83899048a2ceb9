import { Anchor, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleQuestionMark, ScanEye } from 'lucide-react';
import { Link } from 'react-router';
import { DifferenceGroup } from '../../components/admin/DifferenceGroup';
import { LastLook } from '../../components/admin/LastLook';
import { LookNowButton, LookNowError } from '../../components/admin/LookNow';
import { SettledDifferences } from '../../components/admin/SettledDifferences';
import { EmptyState } from '../../components/EmptyState';
import { LiveBadge } from '../../components/LiveBadge';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { mayAdminister, useMe } from '../../hooks/useMe';
import { useLookNow, useReconciliation } from '../../hooks/useReconciliation';
import { groupsOf, isAgreement } from '../../lib/reconciliation';
import type { Reconciliation } from '../../types/vm.types';

/** What differs between the event log and the cluster, what became of it, and what people must see to. */
export function ReconciliationPage() {
  const isAdmin = mayAdminister(useMe());
  const query = useReconciliation();
  const look = useLookNow();
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Reconciliation"
        badge={<LiveBadge />}
        description="What the cluster shows otherwise than the event log says. Berth looks every minute."
        actions={isAdmin ? <LookNowButton look={look} /> : null}
      />
      <LookNowError look={look} />
      <QueryView query={query} skeleton={<PageSkeleton />}>
        {(report) => (
          <Stack gap="lg">
            <LastLook report={report} />
            <Open report={report} />
            <SettledDifferences settled={report.settled} />
            <Text size="sm" className="muted">
              The audit trail tells when each{' '}
              <Anchor component={Link} to="/admin/audit?stream=reconciliation" size="sm" underline="always">
                was found, tried and settled
              </Anchor>
              .
            </Text>
          </Stack>
        )}
      </QueryView>
    </Stack>
  );
}

function Open({ report }: { report: Reconciliation }) {
  const groups = groupsOf(report);
  if (groups.length > 0) return groups.map((group) => <DifferenceGroup key={group.kind} of={group} />);
  if (isAgreement(report))
    return (
      <EmptyState title="Log and cluster agree" icon={CircleCheck}>
        Every VM in Berth’s range is where the log says, and no other is there.
      </EmptyState>
    );
  if (!report.surveyed_at && !report.why_not)
    return (
      <EmptyState title="Berth has just started" icon={ScanEye}>
        Its first look at the cluster is under way.
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing is known to differ" icon={CircleQuestionMark}>
      Whether log and cluster agree shows when a look has shown everything.
    </EmptyState>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {Array.from({ length: 4 }, (_, index) => (
          <Skeleton key={index} h={74} radius="lg" />
        ))}
      </SimpleGrid>
      <Skeleton h={220} radius="lg" />
      <Skeleton h={220} radius="lg" />
    </Stack>
  );
}
