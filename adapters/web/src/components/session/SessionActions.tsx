import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Power, RotateCcw } from 'lucide-react';
import { Link } from 'react-router';
import { endAnySession } from '../../api/admin.api';
import { endSession } from '../../api/vm.api';
import { isOpen } from '../../hooks/useMySessions';
import { useRefreshSession, type Standing } from '../../hooks/useSession';
import type { VMSession } from '../../types/vm.types';
import { ReasonDialog } from '../ReasonDialog';
import { DiscardButton } from './DiscardButton';

interface Props {
  session: VMSession;
  standing: Standing;
}

/** What can be done with a session: end it while it is open, and afterwards begin again. */
export function SessionActions({ session, standing: { isMine, owner } }: Props) {
  const [ending, { open, close }] = useDisclosure();
  const refresh = useRefreshSession(session.id);
  const isPersistent = session.session_type === 'persistent';

  if (!isOpen(session))
    return (
      <>
        {session.keeps_vm ? <DiscardButton session={session} /> : null}
        {isMine ? (
          <Button
            component={Link}
            to={`/?launch=${session.template.id}${session.keeps_vm ? '&type=persistent' : ''}`}
            leftSection={<RotateCcw size={16} aria-hidden />}
          >
            {session.keeps_vm ? 'Resume' : 'Launch again'}
          </Button>
        ) : null}
      </>
    );
  return (
    <>
      <Button variant="light" color="red" leftSection={<Power size={16} aria-hidden />} onClick={open}>
        End
      </Button>
      <ReasonDialog
        title={isMine ? 'End this session' : `End the session of ${owner ?? 'somebody else'}`}
        opened={ending}
        onClose={close}
        confirm="End session"
        isDangerous
        reasonLabel={isMine ? undefined : 'Reason, which its owner is shown'}
        act={(reason) => (isMine ? endSession(session.id) : endAnySession(session.id, reason))}
        onDone={refresh}
      >
        {isPersistent
          ? `The VM is shut down and kept for ${isMine ? 'you' : 'its owner'}, with everything on it. It can be resumed later.`
          : 'The VM and its data are destroyed. What is not saved elsewhere is lost.'}
      </ReasonDialog>
    </>
  );
}
