import { notifications } from '@mantine/notifications';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

interface Props {
  /** One notice at most has it at a time. */
  id: string;
  color: string;
  icon: LucideIcon;
  children: ReactNode;
}

/**
 * A notification that is there for as long as this is, or until it is closed. What it says is drawn from here,
 * so that it may use the router and the cache, which notifications are outside of.
 */
export function Notice({ id, color, icon: Icon, children }: Props) {
  const [host, setHost] = useState<HTMLElement | null>(null);
  useEffect(() => {
    notifications.show({
      id,
      color,
      icon: <Icon size={18} aria-hidden />,
      autoClose: false,
      // At the top it would cover the account's menu until somebody closes it.
      position: 'bottom-right',
      closeButtonProps: { 'aria-label': 'Close' },
      message: <div ref={setHost} />,
    });
    return () => void notifications.hide(id);
  }, [id, color, Icon]);
  return host ? createPortal(children, host) : null;
}
