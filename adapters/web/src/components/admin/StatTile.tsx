import { Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'react-router';
import classes from './StatTile.module.css';

interface Props {
  label: string;
  value: string;
  /** Leads there. */
  to?: string;
  /** Shows only what is counted, or all again. */
  filter?: { isOn: boolean; toggle: () => void };
}

/** One number of a page; the way to what it counts, when there is one. */
export function StatTile({ label, value, to, filter }: Props) {
  const content = (
    <>
      <Group justify="space-between" gap={4} component="span">
        <Text size="xs" className="muted" component="span">
          {label}
        </Text>
        {filter?.isOn ? (
          <Text size="xs" fw={600} component="span">
            Only these
          </Text>
        ) : null}
      </Group>
      <Text fw={660} size="xl" className="num" component="span">
        {value}
      </Text>
    </>
  );
  const className = `panel ${classes.tile}`;
  if (to)
    return (
      <Link to={to} className={className}>
        {content}
      </Link>
    );
  if (filter)
    return (
      <UnstyledButton className={className} aria-pressed={filter.isOn} onClick={filter.toggle}>
        {content}
      </UnstyledButton>
    );
  return <div className={className}>{content}</div>;
}
