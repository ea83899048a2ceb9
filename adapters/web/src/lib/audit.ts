import type { AuditFilter } from '../api/audit.api';
import type { AuditEvent } from '../types/vm.types';
import { dayOf, exactTime } from './format';

/** The names of the filters, in the address as in the API. */
export const filterNames = ['stream', 'type', 'actor', 'since', 'until'] as const;

const isTime = (text: string) => !Number.isNaN(Date.parse(text));

/** What the address asks for; a time that is none is as if it were not there. */
export function auditFilterOf(search: URLSearchParams): AuditFilter {
  const filter: AuditFilter = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value && (isTime(value) || (name !== 'since' && name !== 'until'))) filter[name] = value;
  }
  return filter;
}

/** The position of the event that is looked at; null when there is none. */
export function positionOf(search: URLSearchParams): number | null {
  const position = Number(search.get('at'));
  return Number.isSafeInteger(position) && position > 0 ? position : null;
}

/** `system:session` as "Berth, session", `user:2` as its login. */
export function actorInWords(actor: string, login: string | null = null): string {
  if (login) return login;
  const [kind, name = ''] = actor.split(/:(.*)/s);
  if (kind === 'system') return name ? `Berth, ${name.replaceAll('_', ' ')}` : 'Berth';
  return kind === 'user' ? `user ${name}` : actor;
}

export const typeInWords = (type: string) => type.replaceAll('_', ' ');

/** Of a stream that is a session's, its id. */
export const sessionOfStream = (stream: string) => /^session-(\w{26})$/.exec(stream)?.[1] ?? null;

export interface Day {
  day: string;
  events: AuditEvent[];
}

/** Runs of events of the same day, by the reader's clock. */
export function byDay(events: readonly AuditEvent[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const day = dayOf(event.at);
    const last = days.at(-1);
    if (last?.day === day) last.events.push(event);
    else days.push({ day, events: [event] });
  }
  return days;
}

const two = (n: number) => String(n).padStart(2, '0');

/** RFC 3339 as an input of type `datetime-local` has it: by the reader's clock, without a zone. */
export function toLocalInput(at: string | undefined): string {
  if (!at) return '';
  const t = new Date(at);
  const day = `${String(t.getFullYear()).padStart(4, '0')}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  return `${day}T${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

/** The way back, in UTC; nothing for what is no time. */
export function fromLocalInput(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** With the times in it by the reader's clock, as all others on the page are. */
export const localTimes = (text: string) => text.replace(instant, (at) => `${dayOf(at)}, ${exactTime(at)}`);
