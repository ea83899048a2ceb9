import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { refuse, server } from '../test/server';
import { ApiError } from './client';
import { endSession, extendSession, listTemplates } from './vm.api';
import { whoAmI } from './account.api';

async function refusalOf(doing: Promise<unknown>): Promise<ApiError> {
  const reason: unknown = await doing.then(() => undefined).catch((thrown: unknown) => thrown);
  if (reason instanceof ApiError) return reason;
  throw new Error(`expected a refusal, got ${String(reason)}`);
}

it('a refusal says what the API says, field by field', async () => {
  server.use(
    http.post('/sessions/x/extend', () =>
      refuse({
        type: '/problems/invalid-fields',
        status: 422,
        errors: [{ pointer: '#/minutes', detail: 'must be a whole number' }],
      }),
    ),
  );
  const refusal = await refusalOf(extendSession('x', 1));
  expect(refusal.type).toBe('invalid-fields');
  expect(refusal.fieldErrors).toEqual({ minutes: 'must be a whole number' });
});

it('no answer at all is a refusal in words', async () => {
  server.use(http.get('/templates', () => HttpResponse.error()));
  expect((await refusalOf(listTemplates())).type).toBe('unreachable');
});

it('what somebody else answers is not taken for ours', async () => {
  server.use(http.get('/templates', () => new HttpResponse('<h1>Bad Gateway</h1>', { status: 502 })));
  const refusal = await refusalOf(listTemplates());
  expect(refusal.type).toBe('unexpected');
  expect(refusal.problem.status).toBe(502);
});

it('an answer without a body is enough where none is due', async () => {
  server.use(http.delete('/sessions/x', () => new HttpResponse(null, { status: 204 })));
  await expect(endSession('x')).resolves.toBeUndefined();
});

it('nobody is signed in when the API says so', async () => {
  server.use(http.get('/me', () => refuse({ type: '/problems/unauthorized', status: 401 })));
  await expect(whoAmI()).resolves.toBeNull();
});
