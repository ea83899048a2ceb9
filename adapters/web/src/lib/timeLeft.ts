import type { VMSession } from '../types/vm.types';

const MINUTE_MS = 60_000;

/** From when on people are asked to save their work. */
export const ENDING_MS = 10 * MINUTE_MS;

export const isEnding = (leftMs: number): boolean => leftMs < ENDING_MS;

/** The part of a session's time that is left, in percent. */
export function shareLeft({ created_at, expires_at }: VMSession, now: number): number {
  const [from, until] = [Date.parse(created_at), Date.parse(expires_at)];
  return Math.max(0, Math.min(100, (100 * (until - now)) / (until - from)));
}

/** Minutes as people count them down: the last one is 1 until it is over. */
export const minutesLeft = (leftMs: number): number => Math.max(0, Math.ceil(leftMs / MINUTE_MS));

/** Whether the session may still last so much longer. */
export const mayExtend = (session: VMSession, minutes: number): boolean =>
  Date.parse(session.expires_at) + minutes * MINUTE_MS <= Date.parse(session.extendable_until);
