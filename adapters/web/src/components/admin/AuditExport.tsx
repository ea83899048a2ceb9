import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { save, wholeLog } from '../../lib/exportLog';
import { ProblemAlert } from '../ProblemAlert';

/** Downloads the whole log. It goes on until it is done, cancelled, or the page is left. */
export function useLogExport() {
  const [events, setEvents] = useState(0);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const doing = useMutation({
    mutationFn: async () => {
      const controller = new AbortController();
      running.current = controller;
      setEvents(0);
      try {
        save(await wholeLog(setEvents, controller.signal), 'berth-log.ndjson');
      } catch (reason) {
        if (!controller.signal.aborted) throw reason;
      }
    },
  });
  return {
    events,
    isRunning: doing.isPending,
    error: doing.error,
    start: () => doing.mutate(),
    cancel: () => running.current?.abort(),
  };
}

type LogExport = ReturnType<typeof useLogExport>;

const number = new Intl.NumberFormat();

/** One button for both, so that the focus stays where it was. */
export function AuditExportButton({ events, isRunning, start, cancel }: LogExport) {
  return (
    <Group gap={isRunning ? 'sm' : 0}>
      <Button
        variant="default"
        leftSection={isRunning ? <X size={16} aria-hidden /> : <Download size={16} aria-hidden />}
        onClick={isRunning ? cancel : start}
      >
        {isRunning ? 'Cancel the export' : 'Export'}
      </Button>
      <Text size="sm" className="muted num" role="status">
        {isRunning ? `${number.format(events)} events so far` : ''}
      </Text>
    </Group>
  );
}

export function AuditExportError({ error, start }: LogExport) {
  return error ? <ProblemAlert error={error} onRetry={start} /> : null;
}
