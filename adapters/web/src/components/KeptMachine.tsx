import { Anchor, Button, Group, Text } from '@mantine/core';
import { RotateCcw } from 'lucide-react';
import { Link } from 'react-router';
import { dayOf } from '../lib/format';
import type { VMSession } from '../types/vm.types';
import { OsIcon } from './OsIcon';
import classes from './PastSession.module.css';
import { DiscardButton } from './session/DiscardButton';

/** A VM that is off and waits to be resumed or discarded. */
export function KeptMachine({ session, mayAct }: { session: VMSession; mayAct: boolean }) {
  const { template, node_name } = session;
  return (
    <li className={classes.kept}>
      <OsIcon os={template.os_type} size={38} />
      <div>
        <Anchor component={Link} to={`/sessions/${session.id}`} className={classes.name}>
          {template.name}
        </Anchor>
        <Text size="sm" className="muted">
          off, kept{node_name ? ` on ${node_name}` : ''} · last launched {dayOf(session.created_at)}
        </Text>
      </div>
      {mayAct ? (
        <Group gap="xs">
          <DiscardButton session={session} size="sm" label="Discard" />
          <Button
            component={Link}
            to={`/?launch=${template.id}&type=persistent`}
            size="sm"
            leftSection={<RotateCcw size={16} aria-hidden />}
            aria-label={`Resume ${template.name}`}
          >
            Resume
          </Button>
        </Group>
      ) : null}
    </li>
  );
}
