import { levelColor, type LoadLevel } from '../lib/load';

interface Props {
  /** Shares in percent and when they were measured, oldest first. */
  points: readonly { at: string; percent: number }[];
  level: LoadLevel;
  /** The same in words. */
  label: string;
  height?: number;
}

const WIDTH = 240;

/** A share over time as a small area; nothing with fewer than two points. */
export function Sparkline({ points, level, label, height = 44 }: Props) {
  const times = points.map(({ at }) => Date.parse(at));
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? 0) - first;
  if (span <= 0) return null;
  const line = points
    .map(({ percent }, index) => {
      const x = (((times[index] ?? first) - first) / span) * WIDTH;
      const y = height - 3 - (Math.min(Math.max(percent, 0), 100) / 100) * (height - 6);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  const color = `var(--mantine-color-${levelColor[level]}-6)`;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{ display: 'block' }}
    >
      <polygon points={`0,${height} ${line} ${WIDTH},${height}`} fill={color} opacity="0.14" />
      <polyline
        points={line}
        fill="none"
        stroke={color}
        strokeWidth="1.75"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  );
}
