import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { verifyLog } from '../../api/audit.api';
import { timeOfDay } from '../../lib/format';
import { keys } from '../../live/keys';
import type { Verification } from '../../types/vm.types';
import { CopyTextButton } from '../CopyTextButton';
import { ProblemAlert } from '../ProblemAlert';

/** Reads the whole log, so it is done only when somebody asks. */
function useVerification() {
  return useQuery({
    queryKey: keys.verification,
    queryFn: ({ signal }) => verifyLog(signal),
    enabled: false,
  });
}

export function AuditChainButton() {
  const { isFetching, refetch } = useVerification();
  return (
    <Button
      variant="default"
      leftSection={<ShieldCheck size={16} aria-hidden />}
      loading={isFetching}
      onClick={() => void refetch()}
    >
      Hash chain: verify
    </Button>
  );
}

/** What the newest verification found; nothing before the first one. */
export function AuditChainResult() {
  const { data, error, refetch } = useVerification();
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  return data ? <Found found={data} /> : null;
}

const number = new Intl.NumberFormat();

function Found({ found: { is_sound, events, head, flaw, verified_at } }: { found: Verification }) {
  const at = timeOfDay(verified_at);
  return (
    <Alert
      color={is_sound ? 'teal' : 'red'}
      variant="light"
      role={is_sound ? 'status' : 'alert'}
      icon={is_sound ? <ShieldCheck size={18} aria-hidden /> : <ShieldAlert size={18} aria-hidden />}
      title={
        is_sound
          ? `Verified: ${number.format(events)} events, at ${at}`
          : `NOT SOUND at position ${flaw?.position ?? 0}: ${flaw?.reason ?? 'unknown'}`
      }
    >
      <Group gap="xs" mb={6}>
        <Text size="sm">
          {is_sound ? 'Head' : `${number.format(events)} events before it are sound, at ${at}. Their head:`}
        </Text>
        <Code style={{ overflowWrap: 'anywhere' }}>{head}</Code>
        <CopyTextButton text={head} label="Copy the head" size="compact-xs" />
      </Group>
      <Text size="sm">
        Each event carries a hash of itself and of the one before, so a change anywhere breaks the chain from
        there on; that the end was cut off shows only when you compare the head with one that you noted
        elsewhere.
      </Text>
    </Alert>
  );
}
