import { Button, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Trash2 } from 'lucide-react';
import { discardVm } from '../../api/vm.api';
import { useRefreshSession } from '../../hooks/useSession';
import type { VMSession } from '../../types/vm.types';
import { ReasonDialog } from '../ReasonDialog';

interface Props extends Pick<ButtonProps, 'size'> {
  session: VMSession;
  label?: string;
}

/** Destroys the VM that an ended persistent session keeps, after a question. */
export function DiscardButton({ session, label = 'Discard the kept VM', size }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const refresh = useRefreshSession(session.id);
  return (
    <>
      <Button
        variant="light"
        color="red"
        size={size}
        leftSection={<Trash2 size={16} aria-hidden />}
        onClick={open}
        aria-label={`${label}: ${session.template.name}`}
      >
        {label}
      </Button>
      <ReasonDialog
        title="Discard the kept VM"
        opened={asking}
        onClose={close}
        confirm="Discard for good"
        isDangerous
        act={() => discardVm(session.id)}
        onDone={refresh}
      >
        {`The kept VM of ${session.template.name} and everything on it is destroyed. It cannot be resumed any more.`}
      </ReasonDialog>
    </>
  );
}
