import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeEventSource } from '../test/FakeEventSource';
import { keys } from './keys';
import { LiveProvider, useLiveState, usePollPeriod } from './LiveProvider';

const ask = vi.fn(() => Promise.resolve('answer'));

function Page() {
  useQuery({ queryKey: keys.users, queryFn: ask, refetchInterval: usePollPeriod(), staleTime: Infinity });
  return <p>{useLiveState()}</p>;
}

function show() {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <LiveProvider>
        <Page />
      </LiveProvider>
    </QueryClientProvider>,
  );
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers();
  ask.mockClear();
});
afterEach(() => vi.useRealTimers());

it('asks anew for what an event made stale, once for a burst', async () => {
  show();
  const [stream] = FakeEventSource.opened;
  stream?.open();
  await pass(1_000);
  ask.mockClear();
  stream?.send('user', {}, '1');
  stream?.send('user', {}, '2');
  await pass(1_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('polls every 30 s while there is no stream, and not while there is one', async () => {
  show();
  const [stream] = FakeEventSource.opened;
  stream?.open();
  await pass(90_000);
  expect(screen.getByText('live')).toBeVisible();
  ask.mockClear();
  stream?.fail();
  expect(screen.getByText('polling')).toBeVisible();
  await pass(90_000);
  expect(ask).toHaveBeenCalledTimes(3);
  stream?.open();
  await pass(0);
  ask.mockClear();
  await pass(90_000);
  expect(ask).not.toHaveBeenCalled();
});

it('leaves neither a stream nor a timer behind', () => {
  const { unmount } = show();
  FakeEventSource.opened[0]?.send('user', {}, '1');
  unmount();
  expect(FakeEventSource.live).toHaveLength(0);
  ask.mockClear();
  vi.runOnlyPendingTimers();
  expect(ask).not.toHaveBeenCalled();
});
