import type { HistoryStep, TimeToReady, VMSession } from '../types/vm.types';
import { inWords } from './format';
import { stepInWords } from './sessionWords';

export type StepState = 'done' | 'running' | 'waiting' | 'stopped';

/** A step of the way to a desktop, as it is shown. */
export interface ShownStep {
  name: string;
  title: string;
  state: StepState;
  began_at: string | null;
  ended_at: string | null;
}

const made = ['placed', 'cloning', 'configuring', 'starting', 'waiting_for_address', 'active'];
const woken = ['resuming', 'placed', 'starting', 'waiting_for_address', 'active'];

/** Whether it wakes a kept VM, which takes another way. */
export const isResumed = (session: VMSession, steps: readonly HistoryStep[]): boolean =>
  session.provisioning_step === 'resuming' || steps.some(({ name }) => name === 'resuming');

/** The steps of each attempt to make a VM, oldest attempt first. A wait for a node belongs to what follows. */
function attemptsIn(steps: readonly HistoryStep[], isOver: boolean): HistoryStep[][] {
  const attempts = new Map<number, HistoryStep[]>();
  for (const step of steps)
    if (step.attempt > 0 && (made.includes(step.name) || step.name === 'placing'))
      attempts.set(step.attempt, [...(attempts.get(step.attempt) ?? []), step]);
  const all = [...attempts.values()];
  // The wait for an attempt that was never made, since the session ended before.
  const isBare = all.length > 1 && all.at(-1)?.every(({ name }) => name === 'placing');
  return isOver && isBare ? all.slice(0, -1) : all;
}

const isOverNow = ({ status }: VMSession) => status === 'expired' || status === 'failed';

function stateOf(session: VMSession, at: number, current: number, isReached: boolean): StepState {
  if (session.status === 'active' || isReached) return 'done';
  if (at < current) return 'done';
  if (at > current) return 'waiting';
  return isOverNow(session) ? 'stopped' : 'running';
}

/**
 * The way to a desktop, in order, with what is known of each step: of the newest attempt alone, since earlier
 * ones were given up. The history may be behind the session, or missing: then the step without times says all.
 */
export function pathOf(session: VMSession, steps: readonly HistoryStep[]): ShownStep[] {
  const resumed = isResumed(session, steps);
  const newest = resumed ? steps : (attemptsIn(steps, isOverNow(session)).at(-1) ?? []);
  const isRetry = newest.some(({ name }) => name === 'placing') || session.provisioning_step === 'placing';
  const names = resumed ? woken : isRetry ? ['placing', ...made] : made;
  const known = new Map(newest.map((step) => [step.name, step]));
  const last = names.findLastIndex((name) => known.has(name));
  const current = isOverNow(session) ? last : Math.max(last, names.indexOf(session.provisioning_step));
  const isReached = known.has('active');
  return names.map((name, at) => ({
    name,
    title: resumed && name === 'placed' ? 'Taking over your kept machine' : stepInWords(name),
    state: stateOf(session, at, current, isReached),
    began_at: known.get(name)?.began_at ?? null,
    ended_at: known.get(name)?.ended_at ?? null,
  }));
}

const lengthOf = (began: string, ended: string) => Math.max(0, Date.parse(ended) - Date.parse(began));

/** The attempts that were given up, each in a sentence. */
export function givenUp(session: VMSession, steps: readonly HistoryStep[]): string[] {
  if (isResumed(session, steps)) return [];
  return attemptsIn(steps, isOverNow(session))
    .slice(0, -1)
    .map((attempt) => {
      const tried = attempt.filter(({ name }) => name !== 'placing');
      const [first, last] = [tried[0], tried.at(-1)];
      const number = attempt[0]?.attempt ?? 0;
      if (!first || !last?.ended_at) return `Attempt ${number} found no node with room.`;
      const took = inWords(lengthOf(first.began_at, last.ended_at));
      return `Attempt ${number} was given up after ${took}, at this step: ${stepInWords(last.name)}.`;
    });
}

/** How long the desktop was there, or null when it never was. */
export function timeOfUse(steps: readonly HistoryStep[]): number | null {
  const used = steps.find(({ name }) => name === 'active');
  return used?.ended_at ? lengthOf(used.began_at, used.ended_at) : null;
}

/** How long it took from the request to the desktop, or null when it never came. */
export function timeToDesktop(session: VMSession, steps: readonly HistoryStep[]): number | null {
  const used = steps.find(({ name }) => name === 'active');
  return used ? lengthOf(session.created_at, used.began_at) : null;
}

/** How far a step is on its way, in percent: what a bar shows when nothing is known of the time. */
export function percentOf(session: VMSession): number {
  const at = made.indexOf(session.provisioning_step);
  return at < 0 ? 0 : Math.round((100 * at) / (made.length - 1));
}

export interface Estimate {
  sentence: string;
  /** Null where nobody can know. */
  percent: number | null;
  /** It takes longer than usual. */
  isLate: boolean;
}

/** What can honestly be said of the time that is left, by how long the launches before took. */
export function estimateOf(usual: TimeToReady, elapsedMs: number): Estimate {
  // Launches that took no time were none of a real machine.
  if (!usual || usual.slow_seconds === 0)
    return {
      sentence: 'No estimate yet: no launch of this template has been timed so far.',
      percent: null,
      isLate: false,
    };
  const [half, most] = [usual.usual_seconds * 1000, usual.slow_seconds * 1000];
  if (elapsedMs < half)
    return {
      sentence: `Usually ready in about ${inWords(half)}, about ${inWords(half - elapsedMs)} to go.`,
      percent: Math.max(0, (100 * elapsedMs) / half),
      isLate: false,
    };
  if (elapsedMs < most)
    return {
      sentence: `Longer than usual; 19 of 20 are ready within ${inWords(most)}.`,
      percent: null,
      isLate: true,
    };
  return {
    sentence:
      'This takes longer than it should. It is tried up to three times, and you are told if it fails.',
    percent: null,
    isLate: true,
  };
}
