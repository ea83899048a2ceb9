import { expect, it } from 'vitest';
import { ApiError } from '../api/client';
import { problem } from '../test/samples';
import { fieldErrorsOf, isShownAtFields } from './fieldErrors';

const refusal = (...pointers: string[]) =>
  new ApiError(problem({ errors: pointers.map((pointer) => ({ pointer, detail: `not ${pointer}` })) }));

it('says what is wrong with each field, lists as a whole', () => {
  expect(fieldErrorsOf(refusal('#/name', '#/tags/0'))).toEqual({ name: 'not #/name', tags: 'not #/tags/0' });
});

it('says nothing of fields for other errors', () => {
  expect(fieldErrorsOf(null)).toEqual({});
  expect(fieldErrorsOf(new Error('no'))).toEqual({});
});

it('knows when a form does not show all of it', () => {
  expect(isShownAtFields(refusal('#/name'), ['name'])).toBe(true);
  expect(isShownAtFields(refusal('#/name', '#/odd'), ['name'])).toBe(false);
  expect(isShownAtFields(refusal(), ['name'])).toBe(false);
  expect(isShownAtFields(new Error('no'), ['name'])).toBe(false);
});
