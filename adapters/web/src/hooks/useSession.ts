import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { extendSession, getSession, getSessionHistory } from '../api/vm.api';
import { keys } from '../live/keys';
import { usePollPeriod } from '../live/LiveProvider';
import type { VMSession } from '../types/vm.types';
import { mayAdminister, mayLaunch, maySeeAll, useMe } from './useMe';
import { useUsers } from './useUsers';

export function useSession(id: string) {
  return useQuery({
    queryKey: keys.session(id),
    queryFn: ({ signal }) => getSession(id, signal),
    refetchInterval: usePollPeriod(),
  });
}

export function useSessionHistory(id: string) {
  return useQuery({
    queryKey: keys.history(id),
    queryFn: ({ signal }) => getSessionHistory(id, signal),
    refetchInterval: usePollPeriod(),
  });
}

/** Asks again for all that a change of a session shows in. */
export function useRefreshSession(id: string): () => void {
  const cache = useQueryClient();
  return () => {
    for (const queryKey of [keys.session(id), keys.mySessions, keys.allSessions, keys.me, keys.nodes])
      void cache.invalidateQueries({ queryKey });
  };
}

/** Makes a session last longer by some minutes; the new end is known at once. */
export function useExtension(id: string) {
  const cache = useQueryClient();
  const refresh = useRefreshSession(id);
  return useMutation({
    mutationFn: (minutes: number) => extendSession(id, minutes),
    onSuccess: (session) => {
      cache.setQueryData(keys.session(id), session);
      refresh();
    },
  });
}

export interface Standing {
  isMine: boolean;
  /** Whose it is when it is not mine: the login, or the number while that is not known. */
  owner: string | null;
  /** Extend, end, discard, and open the desktop. */
  maySteer: boolean;
}

/** What the person at the page is to a session, as authorize.cpp says. */
export function useStanding(session: VMSession): Standing {
  const me = useMe();
  const isMine = session.owner_id === me.id;
  const users = useUsers(!isMine && maySeeAll(me));
  const login = users.data?.find(({ id }) => id === session.owner_id)?.login;
  return {
    isMine,
    owner: isMine ? null : (login ?? `user ${session.owner_id}`),
    maySteer: mayAdminister(me) || (isMine && mayLaunch(me)),
  };
}
