import type { SessionHistory, VMSession } from '../types/vm.types';
import { dayAndTime } from './format';

// What the API names in one word, as people say it.

const steps: Readonly<Record<string, string>> = {
  placing: 'Waiting for a node',
  resuming: 'Finding your kept machine',
  placed: 'A node is chosen',
  cloning: 'Cloning the template',
  configuring: 'Configuring the machine',
  starting: 'Starting the machine',
  waiting_for_address: 'Waiting for its address',
  active: 'Ready',
  shutting_down: 'Shutting down, to be kept',
  kept: 'Off, and kept',
  closing: 'Tidying up',
  deleting: 'Destroying the VM',
  closed: 'Over',
};

/** A `provisioning_step` as a short phrase; one that is not known yet is shown as it is. */
export const stepInWords = (name: string): string => steps[name] ?? name.replaceAll('_', ' ');

/** Why a session is over, in one clause without a full stop; empty while it is open. */
export function endInWords(session: VMSession, isMine = true): string {
  switch (session.end_reason) {
    case null:
      return '';
    case 'deadline':
      return 'Its time was over';
    case 'ended_by_user':
      return isMine ? 'You ended it' : 'Its owner ended it';
    case 'ended_by_admin':
      return session.detail ? `An admin ended it: ${session.detail}` : 'An admin ended it';
    case 'vm_lost':
      return 'Its machine was lost';
    case 'provisioning_failed':
      return 'No machine could be provided';
  }
}

/** What has become of the VM of a session that is over. */
export function remainsInWords(session: VMSession): string {
  if (session.keeps_vm) return 'The VM is off and kept, with everything on it.';
  switch (session.provisioning_step) {
    case 'shutting_down':
      return 'The VM is being shut down and will be kept.';
    case 'deleting':
    case 'closing':
      return 'The VM and its data are being destroyed.';
    case 'resuming':
      return 'The kept VM is being looked after.';
    default:
      if (session.status === 'failed') return 'Nothing of it is left in the cluster.';
      return session.session_type === 'persistent'
        ? 'This session has no VM any more. A newer session may have taken it over.'
        : 'The VM is gone, and its data with it.';
  }
}

/** Who did it; the API says "you" of the owner, whoever reads it. */
export function authorInWords(by: SessionHistory['items'][number]['by'], owner: string | null): string {
  if (by === 'you') return owner ?? 'You';
  return by === 'an admin' ? 'An admin' : by;
}

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** An item of a history as a sentence, with its times in the reader's zone. */
export function sentence(text: string): string {
  const local = text.replace(instant, (at) => dayAndTime(at));
  return `${local.charAt(0).toUpperCase()}${local.slice(1)}.`;
}

const visits: Readonly<Record<string, string>> = {
  'gateway-unavailable':
    'The desktop gateway does not answer. Your machine is not touched by that; try again in a moment.',
  'not-configured': 'No desktop gateway is set up. Ask an admin for one.',
  conflict: 'There is a desktop only while the session is active.',
  forbidden: 'This desktop is for its owner and for admins.',
  'not-found': 'There is no such desktop.',
};

/** Why a visit of the desktop led back here, by the type of the problem. */
export const failedVisitInWords = (problem: string): string =>
  visits[problem] ?? 'Berth is busy or restarting. Try again in a moment.';

/** What there is to know of a session right now, for those who are told by ear. */
export function newsInWords({ status, template, provisioning_step }: VMSession): string {
  switch (status) {
    case 'pending':
      return stepInWords(provisioning_step);
    case 'active':
      return `${template.name} is ready.`;
    case 'failed':
      return `${template.name} could not be started.`;
    case 'expired':
      return `${template.name} is over.`;
  }
}
