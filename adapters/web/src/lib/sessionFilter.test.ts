import { expect, it } from 'vitest';
import { sessionFilterOf } from './sessionFilter';

it('reads every filter from the address', () => {
  const search = new URLSearchParams('status=active&owner=2&node=pve-1&open=true&placement=x');
  expect(sessionFilterOf(search)).toEqual({ status: 'active', owner: 2, node: 'pve-1', open: true });
});

it('leaves out what makes no sense', () => {
  const search = new URLSearchParams('status=sleeping&owner=ana&node=&open=maybe');
  expect(sessionFilterOf(search)).toEqual({});
});
