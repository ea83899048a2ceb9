import { readAudit, type AuditFilter } from '../api/audit.api';
import type { AuditEvent, AuditPage } from '../types/vm.types';

const PAGE = 50;
const LONGEST_GAP = 5;
/** So that a page that is left open for days does not grow without end. */
const LONGEST_HEAD = 500;

/**
 * The newest page, with what came since `known` on top of it. What is in the log never changes, so only the gap is
 * asked for; one that is too wide makes the page begin anew.
 */
export async function newestPage(
  filter: AuditFilter,
  known?: AuditPage,
  signal?: AbortSignal,
): Promise<AuditPage> {
  const fresh: AuditEvent[] = [];
  // Of everything before it all is known, down to where the known page ends.
  const reached = known ? (known.items[0]?.position ?? (known.next_before ?? 1) - 1) : Infinity;
  let next: number | null | undefined;
  for (let asked = 0; asked < LONGEST_GAP && next !== null; ++asked) {
    const page = await readAudit({ ...filter, limit: PAGE, ...(next ? { before: next } : {}) }, signal);
    fresh.push(...page.items);
    next = page.next_before;
    if (!known) return page;
    const isNewLog = (page.items[0]?.position ?? reached) < reached && asked === 0;
    if (isNewLog) return page;
    if (next === null || next <= reached + 1) {
      const news = fresh.filter(({ position }) => position > reached);
      return { items: [...news, ...known.items], next_before: known.next_before };
    }
  }
  return { items: fresh, next_before: next ?? null };
}

export function olderPage(filter: AuditFilter, before: number, signal?: AbortSignal): Promise<AuditPage> {
  return readAudit({ ...filter, limit: PAGE, before }, signal);
}

/** The newest page when it is the only one: its oldest events can be asked for again. */
export function cut(page: AuditPage): AuditPage {
  const items = page.items.slice(0, LONGEST_HEAD);
  const last = items.at(-1);
  return items.length < page.items.length && last ? { items, next_before: last.position } : page;
}

/** The event of a stream that is next to one of its events; null when that is its first or last one. */
export async function neighbourInStream(
  { stream, position, at }: { stream: string; position: number; at: string },
  direction: 'previous' | 'next',
  signal?: AbortSignal,
): Promise<number | null> {
  let found: number | null = null;
  let before: number | null = direction === 'previous' ? position : null;
  const since = direction === 'next' ? { since: at } : {};
  for (;;) {
    const page: AuditPage = await readAudit({ stream, ...since, ...(before ? { before } : {}) }, signal);
    if (direction === 'previous' && page.items[0]) return page.items[0].position;
    const later = page.items.filter((event) => event.position > position);
    found = later.at(-1)?.position ?? found;
    before = page.next_before;
    if (before === null || (direction === 'next' && before <= position)) return found;
  }
}
