import { Button, type ButtonProps } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import type { Ref } from 'react';
import type { VMSession } from '../types/vm.types';

interface Props extends Pick<ButtonProps, 'size' | 'fullWidth'> {
  session: VMSession;
  label?: 'Open' | 'Open desktop';
  ref?: Ref<HTMLAnchorElement>;
  onClick?: () => void;
}

/** Opens the desktop in a tab of its own; nothing while there is none. */
export function DesktopLink({ session, label = 'Open desktop', ...button }: Props) {
  if (session.desktop !== 'ready' || !session.guacamole_url) return null;
  return (
    <Button
      {...button}
      component="a"
      href={session.guacamole_url}
      target="_blank"
      rel="noopener"
      aria-label={`Open desktop of ${session.template.name} in a new tab`}
      rightSection={<ExternalLink size={16} aria-hidden />}
    >
      {label}
    </Button>
  );
}
