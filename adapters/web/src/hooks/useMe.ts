import { useQuery } from '@tanstack/react-query';
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

/** The person at the page. Only below RequireSignIn, which shows nothing else before it knows. */
export function useMe(): User {
  const { data } = useSignIn();
  if (!data) throw new Error('useMe is for pages behind the sign-in');
  return data;
}

// As authorize.cpp says. The API refuses all the same; this is for what to show.
export const mayLaunch = (me: User) => me.role !== 'auditor';
export const maySeeAll = (me: User) => me.role !== 'engineer';
export const mayAdminister = (me: User) => me.role === 'admin';
