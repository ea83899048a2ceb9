import type { SessionFilter } from '../api/admin.api';
import type { VMSessionStatus } from '../types/vm.types';

export const statuses: readonly VMSessionStatus[] = ['pending', 'active', 'expired', 'failed'];

/** What the address of the page of all sessions asks for; what makes no sense is as if it were not there. */
export function sessionFilterOf(search: URLSearchParams): SessionFilter {
  const status = statuses.find((each) => each === search.get('status'));
  const owner = Number(search.get('owner'));
  const node = search.get('node');
  return {
    ...(status ? { status } : {}),
    ...(Number.isSafeInteger(owner) && owner > 0 ? { owner } : {}),
    ...(node ? { node } : {}),
    ...(search.get('open') === 'true' ? { open: true } : {}),
  };
}
