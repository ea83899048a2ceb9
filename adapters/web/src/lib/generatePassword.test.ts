import { afterEach, expect, it, vi } from 'vitest';
import { generatePassword } from './generatePassword';

afterEach(() => vi.restoreAllMocks());

it('makes 20 characters that are not taken for others, each time other ones', () => {
  const many = Array.from({ length: 50 }, generatePassword);
  for (const password of many) expect(password).toMatch(/^[2-9a-km-zA-HJ-NP-Z_+=-]{20}$/);
  expect(new Set(many).size).toBe(50);
});

it('does not favour any character', () => {
  // 244 = 4 * 61: from there on, bytes would give the first characters once more.
  let next = 244;
  const asked = vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    (bytes as Uint8Array).fill(next);
    next = 0;
    return bytes;
  });
  expect(generatePassword()).toBe('2'.repeat(20));
  expect(asked).toHaveBeenCalledTimes(2);
});
