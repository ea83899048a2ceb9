import { useSearchParams, type NavigateOptions } from 'react-router';

type Values = Readonly<Record<string, string | undefined>>;

/** What the address says after `?`, and how to change some of it: a value that is empty takes its name away. */
export function useSearchPatch() {
  const [search, setSearch] = useSearchParams();
  const patch = (values: Values, options: NavigateOptions = { replace: true }) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(values))
        if (value) after.set(name, value);
        else after.delete(name);
      return after;
    }, options);
  return [search, patch] as const;
}
