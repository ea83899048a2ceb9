import type { DifferenceKind, OpenDifference, Reconciliation, SettledDifference } from '../types/vm.types';
import { gib } from './format';

// What differs between log and cluster, as people say it, and who must do something about it.

/** `person`: nobody else will; `watch`: a person, if it stays; `berth`: nobody needs to. */
export type Handler = 'person' | 'watch' | 'berth';

interface KindInWords {
  /** One of them; "s" makes it many. */
  label: string;
  handler: Handler;
  means: string;
  /** What a person must do, or why nothing. */
  advice: string;
}

export const kinds: Readonly<Record<DifferenceKind, KindInWords>> = {
  stray: {
    label: 'Stray VM',
    handler: 'person',
    means:
      'Its VMID is in Berth’s range, and this log never handed it out: somebody made it by hand, or the log was restored from an older backup.',
    advice:
      'Berth never touches it. In Proxmox, delete it; when somebody needs it, copy it to a VMID outside of the range first.',
  },
  foreign: {
    label: 'Foreign VM',
    handler: 'person',
    means: 'Berth handed its VMID out to a session, and the VM bears somebody else’s name.',
    advice:
      'Berth never touches it. If it is the session’s own and was renamed, give it back its name; if not, delete it, or copy it to a VMID outside of the range first.',
  },
  leaked_volume: {
    label: 'Leaked disk',
    handler: 'person',
    means: 'Its VM is gone, and Proxmox left the disk behind.',
    advice:
      'Berth never deletes disks. When nobody needs what is on it, free it on its node: pvesm free VOLUME.',
  },
  overdue: {
    label: 'Overdue VM',
    handler: 'watch',
    means: 'It should have been destroyed more than five minutes ago.',
    advice:
      'Berth goes on trying. When it is left alone, unlock it on its node (qm unlock VMID), or move it out of the way; when its node is offline, bring that back.',
  },
  stopped: {
    label: 'Stopped VM',
    handler: 'watch',
    means: 'Its session is active, and it does not run.',
    advice:
      'Berth does not start it again. If its owner did not shut it down, start it in Proxmox, or end the session.',
  },
  late_clone: {
    label: 'Late clone',
    handler: 'berth',
    means: 'It appeared when its session was done with it.',
    advice:
      'Berth destroys it. Only one that is left alone needs a person: unlock it on its node (qm unlock VMID), or delete it.',
  },
  lost: {
    label: 'Lost VM',
    handler: 'berth',
    means: 'Its session is active, or keeps it, and it is not there any more.',
    advice: 'Berth ends the session and tells its owner why. There is nothing to do.',
  },
  moved: {
    label: 'Moved VM',
    handler: 'berth',
    means: 'It is on another node than the log says.',
    advice: 'Its session follows it. There is nothing to do.',
  },
};

/** What people must see to comes first. */
const order = Object.keys(kinds) as DifferenceKind[];

/** A late clone that somebody locked, or gave another name, waits for a person like what is never Berth's. */
export const needsPerson = ({ kind, removal }: OpenDifference): boolean =>
  kinds[kind].handler === 'person' || removal?.quarantined === true;

/** How many differences wait for a person. Those of all kinds but late clones are counted, listed or not. */
export function countForPeople({ counts, open }: Reconciliation): number {
  const never = order.filter((kind) => kinds[kind].handler === 'person');
  const leftAlone = open.filter(({ removal }) => removal?.quarantined).length;
  return never.reduce((sum, kind) => sum + counts[kind], leftAlone);
}

export const countOpen = ({ counts }: Reconciliation): number =>
  order.reduce((sum, kind) => sum + counts[kind], 0);

/** Nothing differs, as far as a look that showed everything can tell. */
export const isAgreement = (report: Reconciliation): boolean => report.is_complete && countOpen(report) === 0;

export interface Group {
  kind: DifferenceKind;
  handler: Handler;
  /** More than are listed, when very many are open. */
  count: number;
  listed: OpenDifference[];
}

/** What is open, by kind. */
export function groupsOf({ counts, open }: Reconciliation): Group[] {
  return order.flatMap((kind) => {
    const listed = open.filter((one) => one.kind === kind);
    const handler = listed.some(needsPerson) ? 'person' : kinds[kind].handler;
    return counts[kind] > 0 ? [{ kind, handler, count: counts[kind], listed }] : [];
  });
}

const settlements: Readonly<Record<SettledDifference['how'], string>> = {
  gone: 'Gone, and not by Berth',
  destroyed: 'Berth destroyed it',
  session_told: 'Its session knows',
  resolved: 'As the log says again',
};

export function settlementInWords({ kind, how }: SettledDifference): string {
  if (how === 'session_told' && kind === 'lost') return 'Its session has ended';
  if (how === 'session_told' && kind === 'moved') return 'Its session follows it';
  return settlements[how];
}

/** What a difference is about, by the name under which Proxmox shows it. */
export const subjectOf = ({ vm_id, volume }: { vm_id: number; volume: string | null }): string =>
  volume ?? `VM ${vm_id}`;

const tries = (n: number) => (n === 1 ? '1 try' : `${n} tries`);

/** How far Berth has come with a late clone; empty for what it does not remove. */
export function removalInWords({ removal }: OpenDifference): string {
  if (!removal) return '';
  const why = removal.last_fault ? `: ${removal.last_fault}` : '';
  if (removal.quarantined) return `Left alone${why}`;
  if (removal.failures > 0) return `Not destroyed after ${tries(removal.failures)}${why}`;
  return removal.intended ? 'Its destruction is under way' : 'It will be destroyed';
}

/** With sizes as on all other pages. */
export const detailInWords = (detail: string): string =>
  detail
    .replace(/^\d+(?= bytes)/, (bytes) => sizeInWords(Number(bytes) / 2 ** 20))
    .replace(' bytes on', ' on');

const sizeInWords = (mib: number) => (mib < 1024 ? `${Math.ceil(mib)} MiB` : gib(mib));

/** Our clock and the server's agree to about a second. */
const DOUBT_MS = 2_000;

/** Whether a look is under way or due; while it is, its own time is the next one's. */
export const isLooking = ({ next_at }: Pick<Reconciliation, 'next_at'>, now: number): boolean =>
  Date.parse(next_at) <= now + DOUBT_MS;
