import { Button, Group, Text, Title } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import type { Ref } from 'react';
import type { VMSession } from '../../types/vm.types';
import { DesktopLink } from '../DesktopLink';

interface Props {
  session: VMSession;
  maySteer: boolean;
  link: Ref<HTMLAnchorElement>;
}

function words({ desktop }: VMSession, maySteer: boolean): string {
  if (desktop === 'not_configured')
    return 'No desktop gateway is set up, so the desktop cannot be opened from here. Ask an admin for one.';
  if (!maySteer) return 'A desktop is for its owner and for admins.';
  return desktop === 'ready'
    ? 'It opens in a tab of its own. Closing that tab ends nothing.'
    : 'It can be opened as soon as the machine is ready.';
}

/** The way to the desktop, or why there is none yet. */
export function DesktopPanel({ session, maySteer, link }: Props) {
  const { desktop } = session;
  return (
    <section className="panel" aria-labelledby="desktop">
      <Group justify="space-between" p="lg" gap="md">
        <div>
          <Title order={2} size="h4" id="desktop">
            {desktop === 'ready' ? 'The desktop is ready' : 'Desktop'}
          </Title>
          <Text size="sm" className="muted" id="desktop-state">
            {words(session, maySteer)}
          </Text>
        </div>
        {maySteer ? <DesktopLink session={session} ref={link} size="md" /> : null}
        {maySteer && desktop === 'not_ready' ? (
          <Button
            disabled
            size="md"
            rightSection={<ExternalLink size={16} aria-hidden />}
            aria-describedby="desktop-state"
          >
            Open desktop
          </Button>
        ) : null}
      </Group>
    </section>
  );
}
