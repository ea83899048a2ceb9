import { exportLog } from '../api/audit.api';

const PAGE = 5_000;

function positionOfLast(lines: readonly string[]): number {
  const last: unknown = JSON.parse(lines.at(-1) ?? '{}');
  if (typeof last === 'object' && last !== null && 'position' in last && typeof last.position === 'number')
    return last.position;
  throw new Error('A line of the log has no position.');
}

/** The whole log, a JSON object per line, page by page; `onProgress` hears how many events there are so far. */
export async function wholeLog(onProgress: (events: number) => void, signal: AbortSignal): Promise<Blob> {
  const parts: string[] = [];
  let events = 0;
  let after = 0;
  for (;;) {
    const page = await exportLog(after, PAGE, signal);
    const lines = page.lines.split('\n').filter(Boolean);
    parts.push(...lines.map((line) => `${line}\n`));
    events += lines.length;
    onProgress(events);
    if (!page.more) return new Blob(parts, { type: 'application/x-ndjson' });
    after = positionOfLast(lines);
  }
}

/** Gives the person a file, as a link to it would. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
