import type { NewToken, User } from '../types/vm.types';
import { accept, ApiError, client, unwrap } from './client';

// One's own account. Every function throws ApiError.

/** Who is signed in; null when nobody is. */
export async function whoAmI(signal?: AbortSignal): Promise<User | null> {
  try {
    return unwrap(await client.GET('/me', { signal }));
  } catch (reason) {
    if (reason instanceof ApiError && reason.problem.status === 401) return null;
    throw reason;
  }
}

export async function signIn(login: string, password: string): Promise<User> {
  return unwrap(await client.POST('/auth/sign-in', { body: { login, password } })).user;
}

export async function signOut() {
  accept(await client.POST('/auth/sign-out'));
}

/** Ends every sign-in of the user, this one too. */
export async function changePassword(current: string, fresh: string) {
  accept(await client.PUT('/me/password', { body: { current, new: fresh } }));
}

export async function listTokens(signal?: AbortSignal) {
  return unwrap(await client.GET('/me/tokens', { signal })).items;
}

export async function issueToken(body: NewToken) {
  return unwrap(await client.POST('/me/tokens', { body }));
}

export async function revokeToken(token: string) {
  accept(await client.DELETE('/me/tokens/{token}', { params: { path: { token } } }));
}
