import { ActionIcon, Group, Slider, Text } from '@mantine/core';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { dayOf, exactTime } from '../../lib/format';
import type { AuditEvent } from '../../types/vm.types';
import classes from './Audit.module.css';

interface Props {
  /** Newest first. */
  events: readonly AuditEvent[];
  position: number | null;
  onSelect: (position: number) => void;
}

const timeOf = ({ at }: AuditEvent) => `${dayOf(at)}, ${exactTime(at)}`;

/** Travels through the events that are shown, from the oldest at the left to the newest at the right. */
export function AuditScrubber({ events, position, onSelect }: Props) {
  const [dragged, setDragged] = useState<number | null>(null);
  const byTime = [...events].reverse();
  const last = byTime.length - 1;
  // An event that is not shown is between two of those that are.
  const before = byTime.findLastIndex((event) => position !== null && event.position <= position);
  const isShown = byTime[before]?.position === position;
  const earlier = position === null ? last : isShown ? before - 1 : before;
  const later = position === null ? last + 1 : before + 1;
  const index = dragged ?? (position === null ? last : Math.max(0, before));

  const go = (to: number) => {
    const event = byTime[to];
    if (event) onSelect(event.position);
  };
  const describe = (at: number) => {
    const event = byTime[at];
    return event ? `Event ${event.position}, ${timeOf(event)}` : '';
  };
  const now = byTime[index];
  return (
    <section aria-label="Time travel" className={`panel ${classes.scrubber ?? ''}`}>
      <Group gap="md" wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Earlier event"
          disabled={earlier < 0}
          onClick={() => go(earlier)}
        >
          <ChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <Slider
          style={{ flex: 1 }}
          min={0}
          max={Math.max(1, last)}
          disabled={last < 1}
          value={index}
          onChange={setDragged}
          onChangeEnd={(to) => {
            setDragged(null);
            go(to);
          }}
          label={(at) => (byTime[at] ? exactTime(byTime[at].at) : null)}
          thumbLabel="Event"
          thumbValueText={describe}
        />
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Later event"
          disabled={later > last}
          onClick={() => go(later)}
        >
          <ChevronRight size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <Text size="xs" className="muted num" ta="center">
        {dragged === null && position === null
          ? 'Now. Move the slider or pick an event to travel back in time.'
          : dragged === null && !isShown
            ? `Event ${position ?? ''} is not among those shown.`
            : now
              ? describe(index)
              : ''}
      </Text>
    </section>
  );
}
