import { act } from '@testing-library/react';

/** A stream of events that a test plays. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static readonly opened: FakeEventSource[] = [];

  readyState: number = FakeEventSource.CONNECTING;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.opened.push(this);
  }

  /** Those that nobody has closed. */
  static get live(): FakeEventSource[] {
    return FakeEventSource.opened.filter((each) => each.readyState !== FakeEventSource.CLOSED);
  }

  static closeAll() {
    FakeEventSource.opened.length = 0;
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }

  open() {
    this.readyState = FakeEventSource.OPEN;
    act(() => void this.dispatchEvent(new Event('open')));
  }

  /** A refusal closes for good; a cut is reconnected by the browser. */
  fail(isRefused = false) {
    this.readyState = isRefused ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING;
    act(() => void this.dispatchEvent(new Event('error')));
  }

  send(topic: string, data: unknown, lastEventId = '') {
    act(() => void this.dispatchEvent(new MessageEvent(topic, { data: JSON.stringify(data), lastEventId })));
  }
}
