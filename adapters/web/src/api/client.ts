import createClient from 'openapi-fetch';
import { noteServerDate } from './serverClock';
import type { Problem } from '../types/vm.types';
import type { paths } from '../types/schema.generated';

/** A refusal, as the API words it. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }

  /** `quota-exceeded`, `no-capacity`, ...; `unreachable` when there was no answer at all. */
  get type(): string {
    return this.problem.type.replace('/problems/', '');
  }

  /** What is wrong with each field, by its name; the pointers are those of RFC 6901. */
  get fieldErrors(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      (this.problem.errors ?? []).map(({ pointer, detail }) => [pointer.replace(/^#\/?/, ''), detail]),
    );
  }
}

function noAnswer(type: string, title: string, detail: string, status = 0): ApiError {
  return new ApiError({ type: `/problems/${type}`, title, detail, status, instance: '', request_id: '' });
}

async function fetchOrExplain(request: Request): Promise<Response> {
  try {
    return await globalThis.fetch(request);
  } catch (reason) {
    if (request.signal.aborted) throw reason;
    throw noAnswer(
      'unreachable',
      'Berth does not answer',
      'Check your network. What you see may be out of date.',
    );
  }
}

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  headers: { Accept: 'application/json' },
  fetch: fetchOrExplain,
});
client.use({
  onResponse: ({ response }) => noteServerDate(response.headers.get('Date')),
});

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'type' in value && 'detail' in value;
}

/** The body of an answer that must have one. Throws ApiError for a refusal. */
export function unwrap<T>(result: { data?: T; error?: unknown; response: Response }): T {
  accept(result);
  if (result.data === undefined)
    throw noAnswer('empty', 'The answer is empty', 'Reload the page.', result.response.status);
  return result.data;
}

/** For answers without a body. Throws ApiError for a refusal. */
export function accept({ error, response }: { error?: unknown; response: Response }): void {
  if (response.ok) return;
  if (isProblem(error)) throw new ApiError(error);
  // A proxy in between, for instance.
  throw noAnswer(
    'unexpected',
    'The answer cannot be read',
    `Its status is ${response.status}.`,
    response.status,
  );
}

/** The version of an answer, for `If-Match`. */
export function tagOf(response: Response): string {
  return response.headers.get('ETag') ?? '';
}
