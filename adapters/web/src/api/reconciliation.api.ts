import { client, unwrap } from './client';

// What differs between the event log and the cluster. Both functions throw ApiError.

export async function showReconciliation(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/reconciliation', { signal }));
}

/** Begins a look at the cluster; the answer is as of before it. */
export async function reconcileNow() {
  return unwrap(await client.POST('/admin/reconciliation'));
}
