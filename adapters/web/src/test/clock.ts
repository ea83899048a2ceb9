import { act } from '@testing-library/react';
import { vi } from 'vitest';

/** Lets the page's clock stand still at a time; answers and clicks take no time of it. Undo with useRealTimers. */
export function stopClock(at: string) {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.parse(at) });
}

/** Lets time pass, second by second as the page sees it. */
export const pass = (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1_000));
