import { expect, it } from 'vitest';
import { pending, session } from '../test/samples';
import type { VMSession } from '../types/vm.types';
import {
  authorInWords,
  endInWords,
  failedVisitInWords,
  newsInWords,
  remainsInWords,
  sentence,
  stepInWords,
} from './sessionWords';

const over = (end_reason: VMSession['end_reason'], more: Partial<VMSession> = {}) =>
  session({ status: 'expired', provisioning_step: 'closed', end_reason, ...more });

it('says every step in words, and one that is new as it is', () => {
  expect(stepInWords('waiting_for_address')).toBe('Waiting for its address');
  expect(stepInWords('doing_something_new')).toBe('doing something new');
});

it('says why a session is over', () => {
  expect(endInWords(session())).toBe('');
  expect(endInWords(over('deadline'))).toBe('Its time was over');
  expect(endInWords(over('ended_by_user'))).toBe('You ended it');
  expect(endInWords(over('ended_by_user'), false)).toBe('Its owner ended it');
  expect(endInWords(over('ended_by_admin'))).toBe('An admin ended it');
  expect(endInWords(over('ended_by_admin', { detail: 'the node is replaced' }))).toBe(
    'An admin ended it: the node is replaced',
  );
  expect(endInWords(over('vm_lost'))).toBe('Its machine was lost');
  expect(endInWords(over('provisioning_failed'))).toBe('No machine could be provided');
});

it('says what has become of the VM', () => {
  expect(remainsInWords(over('deadline'))).toMatch(/^The VM is gone/);
  expect(remainsInWords(over('deadline', { provisioning_step: 'deleting' }))).toMatch(/are being destroyed/);
  expect(remainsInWords(over('deadline', { provisioning_step: 'shutting_down' }))).toMatch(/will be kept/);
  expect(remainsInWords(over('deadline', { keeps_vm: true, provisioning_step: 'kept' }))).toMatch(
    /off and kept/,
  );
  expect(remainsInWords(over('deadline', { session_type: 'persistent' }))).toMatch(/A newer session/);
  expect(remainsInWords(over('provisioning_failed', { status: 'failed' }))).toMatch(/^Nothing of it is left/);
});

it('names who did it, from where the reader stands', () => {
  expect(authorInWords('you', null)).toBe('You');
  expect(authorInWords('you', 'ana')).toBe('ana');
  expect(authorInWords('an admin', null)).toBe('An admin');
  expect(authorInWords('Berth', 'ana')).toBe('Berth');
});

it('makes a sentence of an item of the history, with times of here', () => {
  expect(sentence('the VM is being cloned')).toBe('The VM is being cloned.');
  const told = sentence('extended until 2026-11-26T10:30:00.123Z');
  expect(told).toMatch(/^Extended until .*2026, .*30.*\.$/);
  expect(told).not.toContain('T10');
});

it('says why a desktop could not be opened, also for what is new', () => {
  expect(failedVisitInWords('gateway-unavailable')).toMatch(/gateway does not answer/);
  expect(failedVisitInWords('conflict')).toMatch(/only while the session is active/);
  expect(failedVisitInWords('something-else')).toMatch(/Try again in a moment/);
});

it('tells the state of a session to those who listen', () => {
  expect(newsInWords(pending())).toBe('Cloning the template');
  expect(newsInWords(session())).toBe('Ubuntu 22.04 is ready.');
  expect(newsInWords(session({ status: 'failed' }))).toBe('Ubuntu 22.04 could not be started.');
  expect(newsInWords(over('deadline'))).toBe('Ubuntu 22.04 is over.');
});
