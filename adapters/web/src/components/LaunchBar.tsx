import { Progress } from '@mantine/core';

interface Props {
  /** Of what. */
  label: string;
  /** What the bar shows. */
  shown: number;
  /** What is known; null when nobody can say how far it is. */
  percent: number | null;
  size?: number;
}

/** A bar that says only what is known: without an estimate it moves, but tells no number. */
export function LaunchBar({ label, shown, percent, size = 8 }: Props) {
  return (
    <Progress.Root
      size={size}
      radius="xl"
      transitionDuration={1000}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === null ? undefined : Math.round(shown)}
    >
      <Progress.Section withAria={false} value={shown} animated />
    </Progress.Root>
  );
}
