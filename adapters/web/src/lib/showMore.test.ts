import { expect, it, vi } from 'vitest';
import { showMore } from './showMore';

const pages = (n: number) => ({
  pages: Array.from({ length: n }, () => ({})),
  pageParams: Array.from({ length: n }, () => null),
});
const answer = (n: number, over = {}) => ({ data: pages(n), isError: false, hasNextPage: true, ...over });

it('asks again when a refresh took the place of the next page', async () => {
  const fetchNextPage = vi.fn().mockResolvedValueOnce(answer(1)).mockResolvedValueOnce(answer(2));
  await showMore({ ...answer(1), fetchNextPage });
  expect(fetchNextPage).toHaveBeenCalledTimes(2);
  expect(fetchNextPage).toHaveBeenCalledWith({ cancelRefetch: false });
});

it('stops at the page, at an error, at the end, and after some tries', async () => {
  for (const [result, times] of [
    [answer(2), 1],
    [answer(1, { isError: true }), 1],
    [answer(1, { hasNextPage: false }), 1],
    [answer(1), 5],
  ] as const) {
    const fetchNextPage = vi.fn().mockResolvedValue(result);
    await showMore({ ...answer(1), fetchNextPage });
    expect(fetchNextPage).toHaveBeenCalledTimes(times);
  }
});
