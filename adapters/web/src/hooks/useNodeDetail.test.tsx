import { act, screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { renderPage } from '../test/render';
import { nodeDetail } from '../test/samples';
import { server } from '../test/server';
import { useNodeDetail } from './useNodeDetail';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => vi.useRealTimers());

it('asks for numbers every 10 s while somebody looks, and no more after that', async () => {
  let asked = 0;
  server.use(
    http.get('/admin/nodes/pve-1', () => HttpResponse.json(nodeDetail({ load_score: (asked += 1) }))),
  );
  function Probe() {
    return <p>{useNodeDetail('pve-1').data?.load_score}</p>;
  }
  const { unmount } = renderPage(<Probe />);
  await vi.waitFor(() => expect(asked).toBe(1));
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(asked).toBe(2);
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(screen.getByText('2')).toBeVisible();
  unmount();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});
