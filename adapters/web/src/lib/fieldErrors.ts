import { ApiError } from '../api/client';

/** What a refusal says of each field, by the field's name; nothing for other errors. */
export function fieldErrorsOf(error: Error | null): Readonly<Record<string, string | undefined>> {
  if (!(error instanceof ApiError)) return {};
  // The pointer of an item of a list names the list first: it is shown there.
  return Object.fromEntries(
    Object.entries(error.fieldErrors).map(([path, detail]) => [path.split('/')[0] ?? path, detail]),
  );
}

/** Whether a form with these fields shows all that the error says. */
export function isShownAtFields(error: Error, fields: readonly string[]): boolean {
  const names = Object.keys(fieldErrorsOf(error));
  return names.length > 0 && names.every((name) => fields.includes(name));
}
