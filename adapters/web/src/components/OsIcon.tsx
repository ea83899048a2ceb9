import type { OsType } from '../types/vm.types';
import classes from './OsIcon.module.css';
import { osPaths } from './osPaths';

const label: Record<OsType, string> = { windows: 'Windows', linux: 'Linux', kali: 'Kali Linux' };

export function OsIcon({ os, size = 44 }: { os: OsType; size?: number }) {
  return (
    <span
      className={classes.tile}
      data-os={os}
      role="img"
      aria-label={label[os]}
      style={{ width: size, height: size }}
    >
      <svg
        viewBox="0 0 24 24"
        width={size * 0.55}
        height={size * 0.55}
        fill="currentColor"
        aria-hidden="true"
      >
        <path d={osPaths[os]} />
      </svg>
    </span>
  );
}
