import { Anchor, Button, Group, Modal, SegmentedControl, Slider, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { createSession } from '../api/vm.api';
import { useMySessions } from '../hooks/useMySessions';
import { minutesInWords } from '../lib/format';
import { freshKey } from '../lib/freshKey';
import { keys } from '../live/keys';
import type { CreateSessionRequest, SessionType, VMTemplate } from '../types/vm.types';
import { OsIcon } from './OsIcon';
import { ProblemAlert } from './ProblemAlert';

const durations = [30, 60, 120, 240] as const;

interface Props {
  /** What is to be launched; null while nothing is. */
  template: VMTemplate | null;
  initialType?: SessionType;
  onClose: () => void;
}

/** Asks for how long and whether the VM is to be kept, launches, and goes to the session. */
export function LaunchVMModal({ template, initialType = 'ephemeral', onClose }: Props) {
  return (
    <Modal
      opened={template !== null}
      onClose={onClose}
      title={
        template ? (
          <Group gap="sm" wrap="nowrap">
            <OsIcon os={template.os_type} size={34} />
            <Text component="span" fw={650}>
              Launch {template.name}
            </Text>
          </Group>
        ) : null
      }
      radius="lg"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {template ? (
        <LaunchForm key={template.id} template={template} initialType={initialType} onClose={onClose} />
      ) : null}
    </Modal>
  );
}

function LaunchForm({
  template,
  initialType,
  onClose,
}: {
  template: VMTemplate;
  initialType: SessionType;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [step, setStep] = useState(1);
  const [type, setType] = useState(initialType);
  // One key per wish for as long as the form is open: neither a double click nor a retry launches twice.
  const [sent] = useState(() => new Map<string, string>());
  const duration = durations[step] ?? 60;
  const kept = useMySessions().data?.items.find(
    ({ keeps_vm, template: of }) => keeps_vm && of.id === template.id,
  );

  const launching = useMutation({
    mutationFn: () => {
      const wish: CreateSessionRequest = {
        template_id: template.id,
        duration_minutes: duration,
        session_type: type,
      };
      const name = JSON.stringify(wish);
      const key = sent.get(name) ?? freshKey();
      sent.set(name, key);
      return createSession(wish, key);
    },
    onSuccess: async (session) => {
      cache.setQueryData(keys.session(session.id), session);
      void cache.invalidateQueries({ queryKey: keys.mySessions });
      void cache.invalidateQueries({ queryKey: keys.me });
      await navigate(`/sessions/${session.id}`);
    },
  });

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        launching.mutate();
      }}
    >
      <Stack gap="lg">
        {launching.error ? (
          <ProblemAlert error={launching.error}>
            <WayOut error={launching.error} />
          </ProblemAlert>
        ) : null}
        <div>
          <Group justify="space-between" mb="xs">
            <Text size="sm" fw={560}>
              Duration
            </Text>
            <Text size="sm" className="num" fw={600}>
              {minutesInWords(duration)}
            </Text>
          </Group>
          <Slider
            min={0}
            max={durations.length - 1}
            value={step}
            onChange={setStep}
            label={null}
            thumbLabel="Duration"
            thumbValueText={minutesInWords(duration)}
            marks={durations.map((minutes, value) => ({ value, label: minutesInWords(minutes) }))}
            disabled={launching.isPending}
            mb="lg"
            mx="md"
          />
        </div>
        <div>
          <Text size="sm" fw={560} mb="xs" id="session-type">
            When the session ends
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="session-type"
            value={type}
            disabled={launching.isPending}
            onChange={setType}
            data={[
              { value: 'ephemeral', label: 'Ephemeral' },
              { value: 'persistent', label: 'Persistent' },
            ]}
          />
          <Text size="sm" className="muted" mt={6}>
            {type === 'ephemeral'
              ? 'The machine and everything on it are destroyed when the session ends.'
              : kept
                ? 'You keep a machine of this template: it is resumed as you left it.'
                : 'The machine is shut down and kept for you: launch it again later to go on.'}
          </Text>
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={launching.isPending}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={launching.isPending}
            leftSection={<Play size={15} aria-hidden />}
            data-autofocus
          >
            {launching.isError ? 'Try again' : 'Launch'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a person can do now that a launch was refused. */
function WayOut({ error }: { error: Error }) {
  const type = error instanceof ApiError ? error.type : '';
  if (type === 'quota-exceeded')
    return (
      <Text size="sm" mt={6}>
        Go to{' '}
        <Anchor component={Link} to="/sessions" size="sm">
          my sessions
        </Anchor>
        .
      </Text>
    );
  if (type === 'no-capacity')
    return (
      <Text size="sm" mt={6}>
        Room comes back as sessions end. Try again in a few minutes, or pick a smaller template.
      </Text>
    );
  if (type === 'unreachable' || (error instanceof ApiError && error.problem.status >= 500))
    return (
      <Text size="sm" mt={6}>
        Trying again is safe: it never launches twice.
      </Text>
    );
  return null;
}
