import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useFormFocus } from '../hooks/useFormFocus';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** What will happen. */
  children: ReactNode;
  confirm: string;
  isDangerous?: boolean;
  /** Without it no reason is asked for. */
  reasonLabel?: string;
  /** In characters. */
  longestReason?: number;
  act: (reason: string) => Promise<unknown>;
  onDone?: () => void;
}

/** Asks before something is done that others feel; the error, if any, is shown where it was tried. */
export function ReasonDialog(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      radius="lg"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened ? <Form {...props} /> : null}
    </Modal>
  );
}

function Form({
  onClose,
  children,
  confirm,
  isDangerous,
  reasonLabel,
  longestReason = 200,
  act,
  onDone,
}: Props) {
  const [reason, setReason] = useState('');
  const doing = useMutation({
    mutationFn: () => act(reason.trim()),
    onSuccess: () => {
      onClose();
      onDone?.();
    },
  });
  const form = useFormFocus(doing.error);
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        doing.mutate();
      }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {reasonLabel ? (
          <TextInput
            label={reasonLabel}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={longestReason}
            required
            data-autofocus
          />
        ) : null}
        {doing.error ? <ProblemAlert error={doing.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={isDangerous ? 'red.9' : undefined}
            loading={doing.isPending}
            disabled={reasonLabel !== undefined && reason.trim() === ''}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
