import { Anchor, Group, Text } from '@mantine/core';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { newsInWords } from '../lib/sessionWords';
import type { VMSession } from '../types/vm.types';
import { DesktopLink } from './DesktopLink';
import { Notice } from './Notice';

/** Says that a session has become ready, or has failed, to somebody who is not looking at it. */
export function SessionNews({ session }: { session: VMSession }) {
  const page = `/sessions/${session.id}`;
  const isThere = useLocation().pathname === page;
  const [before] = useState(session.status);
  const [isKnown, setIsKnown] = useState(false);
  const { status } = session;
  const isNews = status !== before && (status === 'active' || status === 'failed');
  if (isNews && isThere && !isKnown) setIsKnown(true);
  if (!isNews || isKnown) return null;
  return (
    <Notice
      id={`${session.id} is ${status}`}
      color={status === 'failed' ? 'red' : 'teal'}
      icon={status === 'failed' ? CircleAlert : CircleCheck}
    >
      <Text size="sm">{newsInWords(session)}</Text>
      <Group gap="sm" mt="xs">
        <DesktopLink session={session} size="xs" onClick={() => setIsKnown(true)} />
        <Anchor component={Link} to={page} size="sm">
          {status === 'failed' ? 'See what happened' : 'Go to the session'}
        </Anchor>
      </Group>
    </Notice>
  );
}
