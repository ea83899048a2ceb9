import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { server } from '../test/server';
import { wholeLog } from './exportLog';

it('puts the pages of the log together', async () => {
  const asked: string[] = [];
  server.use(
    http.get('/admin/audit/export', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(String(search));
      return search.get('after') === '0'
        ? HttpResponse.text('{"position":1}\n{"position":2}\n', { headers: { Link: '<x>; rel="next"' } })
        : HttpResponse.text('{"position":3}\n');
    }),
  );
  const onProgress = vi.fn();
  const log = await wholeLog(onProgress, new AbortController().signal);
  expect(await log.text()).toBe('{"position":1}\n{"position":2}\n{"position":3}\n');
  expect(asked).toEqual(['after=0&limit=5000', 'after=2&limit=5000']);
  expect(onProgress.mock.calls).toEqual([[2], [3]]);
});

it('stops rather than asking for the same page for ever', async () => {
  server.use(
    http.get('/admin/audit/export', () =>
      HttpResponse.text('{}\n', { headers: { Link: '<x>; rel="next"' } }),
    ),
  );
  await expect(wholeLog(vi.fn(), new AbortController().signal)).rejects.toThrow('has no position');
});
