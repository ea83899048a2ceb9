import { ActionIcon, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Activity, ChevronLeft, ChevronRight, Filter, Link2, Route, X } from 'lucide-react';
import { Link } from 'react-router';
import { stateAsOf } from '../../api/audit.api';
import { localTimes, sessionOfStream, typeInWords } from '../../lib/audit';
import { neighbourInStream } from '../../lib/auditPages';
import { exactTime } from '../../lib/format';
import { keys } from '../../live/keys';
import type { StateAsOf } from '../../types/vm.types';
import { CopyTextButton } from '../CopyTextButton';
import { ProblemAlert } from '../ProblemAlert';
import { QueryView } from '../QueryView';
import classes from './Audit.module.css';
import { AuditFields } from './AuditFields';

interface Props {
  position: number;
  /** Of its heading: below a day's heading it is one of the third order. */
  order: 2 | 3;
  onSelect: (position: number) => void;
  onClose: () => void;
  onStream: (stream: string) => void;
}

/** A session, node, template or user as it was right after an event. */
export function AuditState(props: Props) {
  const { position, onClose } = props;
  const state = useQuery({
    queryKey: keys.stateAsOf(position),
    queryFn: ({ signal }) => stateAsOf(position, signal),
    staleTime: Infinity, // The past does not change.
    placeholderData: keepPreviousData,
  });
  return (
    <section
      aria-label="State as of the event"
      className="panel"
      style={{ padding: 16, position: 'relative' }}
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Close"
        onClick={onClose}
        style={{ position: 'absolute', top: 12, right: 12 }}
      >
        <X size={18} aria-hidden />
      </ActionIcon>
      <QueryView query={state} skeleton={<Skeleton h={380} radius="md" />}>
        {(known) => <State {...props} state={known} isOld={state.isPlaceholderData} />}
      </QueryView>
    </section>
  );
}

function State({ state, order, isOld, onSelect, onStream }: Props & { state: StateAsOf; isOld: boolean }) {
  const { stream, position, at, text, type, version } = state;
  const session = sessionOfStream(stream);
  return (
    <Stack gap="sm" aria-busy={isOld}>
      <Title order={order} size="h5" pr={36} aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
        {stream} as of event {position}, {exactTime(at)}
      </Title>
      <Text size="sm" className="muted" style={{ overflowWrap: 'anywhere' }}>
        <span className={classes.type}>{typeInWords(type)}</span> {localTimes(text)}
      </Text>
      <StreamSteps key={position} state={state} onSelect={onSelect} />
      <Group gap="xs">
        <CopyTextButton
          text={`${window.location.origin}/admin/audit?at=${position}`}
          label="Copy link"
          size="compact-sm"
          leftSection={<Link2 size={14} aria-hidden />}
        />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Filter size={14} aria-hidden />}
          onClick={() => onStream(stream)}
        >
          Show only this stream
        </Button>
        {session ? (
          <>
            <Button
              size="compact-sm"
              variant="light"
              component={Link}
              to={`/sessions/${session}`}
              leftSection={<Activity size={14} aria-hidden />}
            >
              Open the session
            </Button>
            <Button
              size="compact-sm"
              variant="light"
              component={Link}
              to={`/admin/sessions?placement=${session}`}
              leftSection={<Route size={14} aria-hidden />}
            >
              Why it is there
            </Button>
          </>
        ) : null}
      </Group>
      <AuditFields fields={state.fields} version={version} />
    </Stack>
  );
}

/** To the events of the same stream before and after this one, whatever the list shows. */
function StreamSteps({ state, onSelect }: { state: StateAsOf; onSelect: (position: number) => void }) {
  const step = useMutation({
    mutationFn: (direction: 'previous' | 'next') => neighbourInStream(state, direction),
    onSuccess: (found) => {
      if (found !== null) onSelect(found);
    },
  });
  const button = (direction: 'previous' | 'next') => ({
    size: 'compact-sm' as const,
    variant: 'default',
    onClick: () => step.mutate(direction),
    loading: step.isPending && step.variables === direction,
  });
  return (
    <>
      <Group gap="xs">
        <Button
          {...button('previous')}
          disabled={state.version === 1}
          leftSection={<ChevronLeft size={14} aria-hidden />}
        >
          Previous of this stream
        </Button>
        <Button {...button('next')} rightSection={<ChevronRight size={14} aria-hidden />}>
          Next of this stream
        </Button>
      </Group>
      {step.isSuccess && step.data === null ? (
        <Text size="sm" className="muted" role="status">
          This is the newest event of {state.stream}.
        </Text>
      ) : null}
      {step.error ? <ProblemAlert error={step.error} /> : null}
    </>
  );
}
