/** MiB as GiB, with a decimal where it says something. */
export function gib(mib: number): string {
  const value = mib / 1024;
  return `${value.toFixed(value >= 100 || Number.isInteger(value) ? 0 : 1)} GiB`;
}

/** Milliseconds as a clock that counts down: 04:05, 1:04:05; never negative. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Milliseconds in words, in the largest unit that fits: "8 s", "4 min", "3 h", "12 d". */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** "30 min", "1 h", "1 h 30 min". */
export function minutesInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** The time of day of an RFC 3339 text, in the reader's zone. */
export const timeOfDay = (at: string) => time.format(new Date(at));
/** With seconds. */
export const exactTime = (at: string) => exact.format(new Date(at));
export const dayOf = (at: string) => day.format(new Date(at));
export const dayAndTime = (at: string) => `${dayOf(at)}, ${timeOfDay(at)}`;

/** "1 session", "2 sessions". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
