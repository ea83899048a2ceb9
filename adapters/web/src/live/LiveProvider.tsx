import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { applyEvent } from './applyEvent';
import { followEvents, type LiveState } from './eventStream';
import { keys } from './keys';

const LiveContext = createContext<LiveState>('connecting');

/** Changes come in bursts: what they make stale is asked for once. */
const GATHER_MS = 250;

/** While it is mounted, everything that is shown follows the server's events. One per tab. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const stale = new Map<string, QueryKey>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      for (const queryKey of stale.values()) void cache.invalidateQueries({ queryKey });
      stale.clear();
    };
    const onState = (next: LiveState) => {
      setState(next);
      // A cut stream may mean that nothing answers any more; what was asked before one began may have missed
      // what happened in between.
      if (next === 'polling') void cache.invalidateQueries({ queryKey: keys.me });
      if (next === 'live') void cache.invalidateQueries();
    };
    const close = followEvents((event) => {
      for (const key of applyEvent(cache, event)) stale.set(JSON.stringify(key), key);
      if (stale.size > 0) timer ??= setTimeout(refresh, GATHER_MS);
    }, onState);
    return () => {
      close();
      clearTimeout(timer);
    };
  }, [cache]);

  return <LiveContext value={state}>{children}</LiveContext>;
}

export const useLiveState = () => useContext(LiveContext);

const POLL_MS = 30_000;

/** How often to ask for data of which the stream tells everything: never while it is there. */
export function usePollPeriod(): number | false {
  return useLiveState() === 'live' ? false : POLL_MS;
}
