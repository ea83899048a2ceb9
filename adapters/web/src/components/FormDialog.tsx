import { Button, Group, Modal, Stack, type MantineSize } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormFocus } from '../hooks/useFormFocus';
import { isShownAtFields } from '../lib/fieldErrors';
import { ProblemAlert } from './ProblemAlert';

interface DialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  size?: MantineSize;
  /** Mounted anew each time it opens: nothing of the last time is left in it. */
  children: ReactNode;
}

/** A dialog that is more than a question; `FormBody` goes in it. */
export function FormDialog({ title, opened, onClose, size, children }: DialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      radius="lg"
      centered
      // A stray click must not throw away what was typed, or what is shown this once.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened ? children : null}
    </Modal>
  );
}

interface BodyProps {
  children: ReactNode;
  submit: string;
  onSubmit: () => void;
  onCancel: () => void;
  isPending: boolean;
  error: Error | null;
  /** Names of the fields at which the form shows what the API says of them. */
  fields: readonly string[];
  /** The way out of the error, when the API's words do not say it. */
  remedy?: ReactNode;
}

/** A form's fields, what went wrong with none of them in particular, and its buttons. */
export function FormBody(props: BodyProps) {
  const { error } = props;
  const form = useFormFocus(error);
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <Stack gap="md">
        {props.children}
        {error && !isShownAtFields(error, props.fields) ? (
          <ProblemAlert error={error}>{props.remedy}</ProblemAlert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={props.isPending}>
            {props.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
