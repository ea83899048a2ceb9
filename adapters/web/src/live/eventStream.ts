export type LiveState = 'connecting' | 'live' | 'polling';

/** An event of the stream; `position` is its place in the log, absent for what is no event of it. */
export interface LiveEvent {
  topic: string;
  data: unknown;
}

const TOPICS = [
  'session',
  'node',
  'template',
  'user',
  'alert',
  'difference',
  'node_load',
  'ready',
  'reset',
] as const;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 60_000;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Follows `GET /events` until the returned function is called. It reconnects for ever, where it left off.
 * While it has no connection its state is `polling`: whoever shows data must ask for it meanwhile.
 */
export function followEvents(
  onEvent: (event: LiveEvent) => void,
  onState: (state: LiveState) => void,
): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_DELAY_MS;
  let position = '';

  const connect = () => {
    source = new EventSource(position ? `/events?last_event_id=${position}` : '/events');
    const opened = source;
    opened.addEventListener('open', () => {
      delay = FIRST_DELAY_MS;
      onState('live');
    });
    opened.addEventListener('error', () => {
      onState('polling');
      // Browsers reconnect after a cut by themselves, but never after an answer other than 200.
      if (opened.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    });
    for (const topic of TOPICS)
      opened.addEventListener(topic, (message: MessageEvent<string>) => {
        if (message.lastEventId) position = message.lastEventId;
        onEvent({ topic, data: parse(message.data) });
      });
  };

  onState('connecting');
  connect();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
