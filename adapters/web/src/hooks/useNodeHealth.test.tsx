import { act, screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeEventSource } from '../test/FakeEventSource';
import { renderPage } from '../test/render';
import { node } from '../test/samples';
import { server } from '../test/server';
import { useNodeHealth } from './useNodeHealth';

let asked = 0;

function Probe() {
  const { data, live } = useNodeHealth();
  return (
    <p>
      {live}: {data?.map(({ cpu_percent }) => cpu_percent).join()}
    </p>
  );
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  asked = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  server.use(
    http.get('/admin/nodes', () => {
      asked += 1;
      return HttpResponse.json({ items: [node({ cpu_percent: asked })] });
    }),
  );
});
afterEach(() => vi.useRealTimers());

/** The probe with its first answer, and the stream of events as it is. */
async function renderProbe() {
  const view = renderPage(<Probe />);
  await vi.waitFor(() => expect(asked).toBe(1));
  await pass(0);
  return { ...view, stream: FakeEventSource.live[0] as FakeEventSource };
}

it('asks every 30 s while the stream is cut, and no more once it is back', async () => {
  const { stream } = await renderProbe();
  stream.open();
  await pass(0);
  const afterOpening = asked;
  await pass(120_000);
  expect(asked).toBe(afterOpening);

  stream.fail();
  await pass(29_000);
  expect(asked).toBe(afterOpening);
  await pass(1_000);
  expect(asked).toBe(afterOpening + 1);
  await pass(30_000);
  expect(asked).toBe(afterOpening + 2);
  expect(screen.getByText(/polling/)).toBeVisible();

  stream.open();
  await pass(0);
  const afterReturn = asked;
  expect(afterReturn).toBe(afterOpening + 3); // What it missed meanwhile.
  await pass(120_000);
  expect(asked).toBe(afterReturn);
});

it('shows what the stream says without asking', async () => {
  const { stream } = await renderProbe();
  stream.open();
  await pass(0);
  const before = asked;
  stream.send('node_load', {
    name: 'pve-1',
    online: true,
    cpu_percent: 77,
    ram_used_mb: 1,
    ram_total_mb: 2,
    uptime_seconds: 1,
    sampled_at: '2026-11-26T09:00:00Z',
  });
  await pass(0);
  expect(screen.getByText('live: 77')).toBeVisible();
  expect(asked).toBe(before);
});

it('leaves nothing open and asks for nothing after it is gone', async () => {
  const { stream, unmount, cache } = await renderProbe();
  stream.fail(true); // Refused: it would connect anew, and poll meanwhile.
  await pass(0);
  const before = asked;
  unmount();
  expect(FakeEventSource.live).toHaveLength(0);
  const streams = FakeEventSource.opened.length;
  cache.clear(); // What it keeps for a while has a timer of its own.
  await pass(0);
  expect(vi.getTimerCount()).toBe(0);
  await pass(300_000);
  expect(asked).toBe(before);
  expect(FakeEventSource.opened).toHaveLength(streams);
});
