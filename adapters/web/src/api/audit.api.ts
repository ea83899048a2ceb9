import { client, unwrap } from './client';

// The event log, for admins and auditors. Every function throws ApiError.

export interface AuditFilter {
  stream?: string;
  type?: string;
  actor?: string;
  since?: string;
  until?: string;
}

/** Newest first. A page may be empty and still say where to go on. */
export async function readAudit(
  query: AuditFilter & { before?: number; limit?: number },
  signal?: AbortSignal,
) {
  return unwrap(await client.GET('/admin/audit', { params: { query }, signal }));
}

export async function listEventTypes(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/audit/types', { signal })).items;
}

export async function stateAsOf(at: number, signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/audit/state', { params: { query: { at } }, signal }));
}

export async function verifyLog(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/audit/verification', { signal }));
}

/** One page of the log as lines of JSON, oldest first, and whether there are more. */
export async function exportLog(after: number, limit: number, signal?: AbortSignal) {
  const result = await client.GET('/admin/audit/export', {
    params: { query: { after, limit } },
    parseAs: 'text',
    signal,
  });
  return { lines: unwrap(result), more: result.response.headers.has('Link') };
}
