import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEventSource } from '../test/FakeEventSource';
import { followEvents, type LiveEvent, type LiveState } from './eventStream';

const newest = () => {
  const source = FakeEventSource.opened.at(-1);
  if (!source) throw new Error('no stream was opened');
  return source;
};

describe('the stream of events', () => {
  let events: LiveEvent[];
  let states: LiveState[];
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    events = [];
    states = [];
    stop = followEvents(
      (event) => events.push(event),
      (state) => states.push(state),
    );
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it('hands on what comes, with its topic', () => {
    newest().open();
    newest().send('node', { stream: 'node-pve-1' }, '7');
    expect(events).toEqual([{ topic: 'node', data: { stream: 'node-pve-1' } }]);
    expect(states).toEqual(['connecting', 'live']);
  });

  it('leaves the reconnecting to the browser after a cut', () => {
    newest().open();
    newest().fail();
    vi.advanceTimersByTime(120_000);
    expect(FakeEventSource.opened).toHaveLength(1);
    expect(states.at(-1)).toBe('polling');
    newest().open();
    expect(states.at(-1)).toBe('live');
  });

  it('opens a new one after a refusal, where the last one ended', () => {
    newest().open();
    newest().send('user', {}, '41');
    newest().fail(true);
    expect(FakeEventSource.opened).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(newest().url).toBe('/events?last_event_id=41');
  });

  it('waits longer after each refusal, a minute at most', () => {
    const waits = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    for (const [refusals, wait] of waits.entries()) {
      newest().fail(true);
      vi.advanceTimersByTime(wait - 1);
      expect(FakeEventSource.opened).toHaveLength(refusals + 1);
      vi.advanceTimersByTime(1);
      expect(FakeEventSource.opened).toHaveLength(refusals + 2);
    }
  });

  it('takes what cannot be read for an event without data', () => {
    newest().dispatchEvent(new MessageEvent('node', { data: '{' }));
    expect(events).toEqual([{ topic: 'node', data: undefined }]);
  });

  it('closes, and never comes back, once it is stopped', () => {
    newest().fail(true);
    stop();
    vi.advanceTimersByTime(120_000);
    expect(FakeEventSource.opened).toHaveLength(1);
    expect(FakeEventSource.live).toHaveLength(0);
  });
});
