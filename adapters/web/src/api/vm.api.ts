import type { CreateSessionRequest, VMSession, VMSessionStatus } from '../types/vm.types';
import { accept, client, unwrap } from './client';

// What people do: templates and their own sessions. Every function throws ApiError.

export async function listTemplates(signal?: AbortSignal) {
  return unwrap(await client.GET('/templates', { signal })).items;
}

export async function listSessions(
  query: { status?: VMSessionStatus; cursor?: string; limit?: number },
  signal?: AbortSignal,
) {
  return unwrap(await client.GET('/sessions', { params: { query }, signal }));
}

export async function getSession(session: string, signal?: AbortSignal) {
  return unwrap(await client.GET('/sessions/{session}', { params: { path: { session } }, signal }));
}

export async function getSessionHistory(session: string, signal?: AbortSignal) {
  return unwrap(await client.GET('/sessions/{session}/history', { params: { path: { session } }, signal }));
}

/** A repeat with the same key launches nothing more. */
export async function createSession(body: CreateSessionRequest, key: string): Promise<VMSession> {
  return unwrap(await client.POST('/sessions', { body, params: { header: { 'Idempotency-Key': key } } }));
}

export async function extendSession(session: string, minutes: number) {
  return unwrap(
    await client.POST('/sessions/{session}/extend', { params: { path: { session } }, body: { minutes } }),
  );
}

export async function endSession(session: string) {
  accept(await client.DELETE('/sessions/{session}', { params: { path: { session } } }));
}

/** Destroys the VM that an ended persistent session keeps. */
export async function discardVm(session: string) {
  accept(await client.DELETE('/sessions/{session}/vm', { params: { path: { session } } }));
}
