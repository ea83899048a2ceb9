import type { InfiniteData } from '@tanstack/react-query';

interface Paged {
  data: InfiniteData<unknown> | undefined;
  hasNextPage: boolean;
  fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<{
    data: InfiniteData<unknown> | undefined;
    isError: boolean;
    hasNextPage: boolean;
  }>;
}

const TRIES = 5;

/**
 * Loads one more page, also when a refresh of those that are there gets in between: it would otherwise take the
 * place of the wish, and nothing would be shown for it.
 */
export async function showMore({ data, fetchNextPage }: Paged): Promise<void> {
  const had = data?.pages.length ?? 0;
  for (let tries = 0; tries < TRIES; ++tries) {
    const now = await fetchNextPage({ cancelRefetch: false });
    if (now.isError || !now.hasNextPage || (now.data?.pages.length ?? 0) > had) return;
  }
}
