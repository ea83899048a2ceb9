import { useEffect } from 'react';

export type PageIcon = 'favicon' | 'favicon-starting' | 'favicon-ready' | 'favicon-ending' | 'favicon-failed';

/** Names the tab, and gives it an icon that can be told apart among others. */
export function usePageTitle(title: string, icon: PageIcon = 'favicon') {
  useEffect(() => {
    document.title = title ? `${title} · Berth` : 'Berth';
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute('href', `/${icon}.svg`);
  }, [title, icon]);
}
