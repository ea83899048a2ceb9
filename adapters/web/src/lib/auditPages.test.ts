import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { serveLog } from '../test/auditLog';
import { server } from '../test/server';
import { cut, neighbourInStream, newestPage } from './auditPages';

const positions = (page: { items: readonly { position: number }[] }) =>
  page.items.map(({ position }) => position);
const from = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, i) => newest - i);

it('is the newest page at first', async () => {
  serveLog(120);
  const page = await newestPage({});
  expect(positions(page)).toEqual(from(120, 71));
  expect(page.next_before).toBe(71);
});

it('puts what is new on top of what is known, with one request', async () => {
  serveLog(120);
  const known = await newestPage({});
  const asked = serveLog(123);
  const page = await newestPage({}, known);
  expect(positions(page)).toEqual(from(123, 71));
  expect(page.next_before).toBe(71);
  expect(asked).toHaveLength(1);
});

it('asks until the gap is closed', async () => {
  serveLog(60);
  const known = await newestPage({});
  const asked = serveLog(170);
  expect(positions(await newestPage({}, known))).toEqual(from(170, 11));
  expect(asked).toHaveLength(3);
});

it('begins anew when the gap is too wide, or when the log is another one', async () => {
  serveLog(60);
  const known = await newestPage({});
  serveLog(2000);
  const page = await newestPage({}, known);
  expect(positions(page)).toEqual(from(2000, 1751));
  expect(page.next_before).toBe(1751);
  serveLog(30);
  expect(positions(await newestPage({}, known))).toEqual(from(30, 1));
});

it('adds to a page on which nothing was found', async () => {
  serveLog(30);
  const page = await newestPage({}, { items: [], next_before: 29 });
  expect(positions(page)).toEqual([30, 29]);
  expect(page.next_before).toBe(29);
});

it('cuts a page that has grown long where it can be asked for again', async () => {
  serveLog(60);
  const { items } = await newestPage({});
  const [first] = items;
  if (!first) throw new Error('no event');
  const long = from(900, 101).map((position) => ({ ...first, position }));
  const page = cut({ items: long, next_before: 101 });
  expect(page.items).toHaveLength(500);
  expect(page.next_before).toBe(401);
  expect(cut({ items, next_before: 11 })).toEqual({ items, next_before: 11 });
});

it('finds the neighbours of an event in its stream, through pages with nothing on them', async () => {
  const asked: URLSearchParams[] = [];
  const event = (position: number) => ({ position });
  server.use(
    http.get('/admin/audit', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      const before = Number(search.get('before') ?? 1000);
      if (before > 500) return HttpResponse.json({ items: [event(800)], next_before: 500 });
      if (before > 42) return HttpResponse.json({ items: [event(70), event(42)], next_before: 42 });
      if (before > 20) return HttpResponse.json({ items: [], next_before: 20 });
      return HttpResponse.json({ items: [event(7)], next_before: 7 });
    }),
  );
  const at = '2026-11-26T09:00:00Z';
  const state = { stream: 'node-pve-1', position: 42, at };
  expect(await neighbourInStream(state, 'previous')).toBe(7);
  expect(asked.map(String)).toEqual(['stream=node-pve-1&before=42', 'stream=node-pve-1&before=20']);
  asked.length = 0;
  expect(await neighbourInStream(state, 'next')).toBe(70);
  expect(asked[0]?.get('since')).toBe(at);
});

it('says when there is no neighbour', async () => {
  server.use(
    http.get('/admin/audit', () => HttpResponse.json({ items: [{ position: 42 }], next_before: null })),
  );
  const state = { stream: 'node-pve-1', position: 42, at: '2026-11-26T09:00:00Z' };
  expect(await neighbourInStream(state, 'next')).toBeNull();
  server.use(http.get('/admin/audit', () => HttpResponse.json({ items: [], next_before: null })));
  expect(await neighbourInStream(state, 'previous')).toBeNull();
});
