import { Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { dayOf, exactTime } from '../../lib/format';
import { authorInWords, sentence } from '../../lib/sessionWords';
import type { SessionHistory } from '../../types/vm.types';
import { QueryView } from '../QueryView';
import classes from './session.module.css';

interface Props {
  query: UseQueryResult<SessionHistory>;
  /** Whose session it is, when it is not the reader's own. */
  owner: string | null;
}

/** All that happened, newest last. */
export function HistoryPanel({ query, owner }: Props) {
  return (
    <section className="panel" aria-labelledby="history">
      <Stack gap="xs" p="lg">
        <Title order={2} size="h4" id="history">
          History
        </Title>
        <QueryView query={query} skeleton={<Skeleton h={240} radius="md" />}>
          {({ items }) =>
            items.length > 0 ? (
              <ol className={classes.history} aria-labelledby="history">
                {items.map(({ at, text, by }, index) => (
                  <li key={`${at} ${index}`}>
                    <Text size="sm" className="muted num" component="time" dateTime={at}>
                      {dayOf(at)}, {exactTime(at)}
                    </Text>
                    <Text size="sm">{sentence(text)}</Text>
                    <Text size="sm" className="muted">
                      {authorInWords(by, owner)}
                    </Text>
                  </li>
                ))}
              </ol>
            ) : (
              <Text size="sm" className="muted">
                Nothing has happened yet.
              </Text>
            )
          }
        </QueryView>
      </Stack>
    </section>
  );
}
