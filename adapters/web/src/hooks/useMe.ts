import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { whoAmI } from '../api/account.api';
import { keys } from '../live/keys';
import type { User } from '../types/vm.types';

/** Who is signed in; null when nobody is. */
export function useSignIn() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => whoAmI(signal),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}

/** Set by RequireSignIn, for as long as somebody is signed in. */
export const MeContext = createContext<User | null>(null);

/** The person at the page. Only below RequireSignIn, which shows nothing else before it knows. */
export function useMe(): User {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is for pages behind the sign-in');
  return me;
}

// As authorize.cpp says. The API refuses all the same; this is for what to show.
export const mayLaunch = (me: User) => me.role !== 'auditor';
export const maySeeAll = (me: User) => me.role !== 'engineer';
export const mayAdminister = (me: User) => me.role === 'admin';
