import { Text, Title } from '@mantine/core';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { actorInWords, byDay, localTimes, typeInWords } from '../../lib/audit';
import { exactTime } from '../../lib/format';
import type { AuditEvent } from '../../types/vm.types';
import classes from './Audit.module.css';

interface Props {
  /** Newest first. */
  events: readonly AuditEvent[];
  position: number | null;
  onSelect: (position: number) => void;
  /** Below the selected event, where there is no room beside the list. */
  detail?: ReactNode;
}

/** The log, grouped by day. The arrow keys go from one event to the next. */
export function AuditTimeline({ events, position, onSelect, detail }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const { search } = useLocation();
  const isShown = events.some((event) => event.position === position);

  useEffect(() => {
    if (isShown) list.current?.querySelector('[data-selected]')?.scrollIntoView({ block: 'nearest' });
  }, [position, isShown]);

  const toStream = (stream: string) => {
    const wanted = new URLSearchParams(search);
    wanted.set('stream', stream);
    return `?${wanted.toString()}`;
  };
  const onKeyDown = (key: KeyboardEvent<HTMLButtonElement>) => {
    if (key.key !== 'ArrowDown' && key.key !== 'ArrowUp') return;
    key.preventDefault();
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('[data-position]') ?? [])];
    const next = buttons[buttons.indexOf(key.currentTarget) + (key.key === 'ArrowDown' ? 1 : -1)];
    next?.focus();
    if (next) onSelect(Number(next.dataset['position']));
  };

  return (
    <div ref={list}>
      {byDay(events).map(({ day, events: ofDay }) => (
        <section key={day} aria-label={day}>
          <Title order={2} size="h6">
            {day}
          </Title>
          <ol className={classes.events}>
            {ofDay.map((event) => {
              const isSelected = event.position === position;
              return (
                <li key={event.position} data-selected={isSelected || undefined}>
                  <div className={classes.row}>
                    <button
                      type="button"
                      className={classes.event}
                      data-position={event.position}
                      aria-current={isSelected || undefined}
                      onClick={() => onSelect(event.position)}
                      onKeyDown={onKeyDown}
                    >
                      <time dateTime={event.at}>{exactTime(event.at)}</time>
                      <span>{localTimes(event.text)}</span>
                    </button>
                    <div className={classes.about}>
                      <Text span inherit fw={600}>
                        {actorInWords(event.actor, event.actor_login)}
                      </Text>
                      <span className={classes.type}>{typeInWords(event.type)}</span>
                      <Link to={toStream(event.stream)} title="Show only this stream">
                        {event.stream}
                      </Link>
                      <span className="num">#{event.position}</span>
                    </div>
                  </div>
                  {isSelected ? detail : null}
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </div>
  );
}
