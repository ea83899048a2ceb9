// Deadlines are the server's; clocks of people's machines are wrong.
let offset = 0;

/** Learns the server's time from the `Date` of an answer, which is whole seconds. */
export function noteServerDate(header: string | null): void {
  const server = header ? Date.parse(header) : NaN;
  if (Number.isNaN(server)) return;
  const seen = server + 500 - Date.now();
  // Less than a second may be rounding and travel: following it would make countdowns jump.
  if (Math.abs(seen - offset) > 1_000) offset = seen;
}

/** Milliseconds since 1970 by the server's clock, as far as we know it. */
export function serverNow(): number {
  return Date.now() + offset;
}
