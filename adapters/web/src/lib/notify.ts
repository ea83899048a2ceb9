import { notifications } from '@mantine/notifications';

/** Says in the corner that something is done. */
export function notifyDone(message: string) {
  notifications.show({ message, color: 'teal', closeButtonProps: { 'aria-label': 'Close' } });
}
