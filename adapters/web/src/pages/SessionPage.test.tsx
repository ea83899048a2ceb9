import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pass, stopClock } from '../test/clock';
import { FakeEventSource } from '../test/FakeEventSource';
import { pending, session, user } from '../test/samples';
import { refuse, server } from '../test/server';
import { asked, give, icon, open, path, step, used } from '../test/sessionPage';

beforeEach(() => {
  stopClock('2026-11-26T09:00:12Z');
  document.head.innerHTML = '<link rel="icon" href="/favicon.svg" />';
});
afterEach(() => void vi.useRealTimers());

describe('the page', () => {
  it('says that it is loading, under a heading', () => {
    give(session());
    open();
    expect(screen.getByRole('heading', { level: 1, name: 'Session' })).toBeVisible();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeVisible();
  });

  it('says what went wrong, and tries again', async () => {
    server.use(http.get(path, () => refuse({ status: 503, detail: 'Try again in a moment.' })));
    open();
    expect(await screen.findByText('Try again in a moment.')).toBeVisible();
    give(session());
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Ubuntu 22.04' })).toBeVisible();
  });

  it.each([
    [404, 'There is no session at this address'],
    [403, 'This session belongs to somebody else'],
  ])('answers %i with words and a way back', async (status, words) => {
    server.use(http.get(path, () => refuse({ status })));
    open();
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Go to my sessions' })).toHaveAttribute('href', '/sessions');
  });

  it('has the history in sentences, newest last, and says who did it', async () => {
    give(session(), used, [asked, { at: '2026-11-26T09:00:51Z', text: 'the desktop is ready', by: 'Berth' }]);
    open();
    const list = await screen.findByRole('list', { name: 'History' });
    const [first, last] = within(list).getAllByRole('listitem');
    expect(first).toHaveTextContent(/A session was asked for\.You$/);
    expect(last).toHaveTextContent(/The desktop is ready\.Berth$/);
  });

  it('lives without its history, and asks for it again', async () => {
    give(session());
    server.use(http.get(`${path}/history`, () => refuse({ status: 503, detail: 'The log is busy.' })));
    open();
    expect(await screen.findByText('The log is busy.')).toBeVisible();
    expect(screen.getByRole('link', { name: /^Open desktop/ })).toBeVisible();
    give(session());
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('A session was asked for.')).toBeVisible();
  });

  it('says why a visit of the desktop led here, until that is dismissed', async () => {
    give(session());
    const { router } = open(user(), `${path}?problem=gateway-unavailable`);
    expect(await screen.findByText(/The desktop gateway does not answer/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('The desktop could not be opened')).not.toBeInTheDocument();
    expect(router.state.location.search).toBe('');
  });
});

describe('a session that starts', () => {
  it('shows its steps with their times, and an honest estimate', async () => {
    give(pending());
    open();
    const steps = await screen.findByRole('list', { name: 'Steps' });
    const texts = () =>
      within(steps)
        .getAllByRole('listitem')
        .map((each) => each.textContent);
    await waitFor(() => expect(texts()[0]).toMatch(/^A node is chosen.*took 2 s$/));
    expect(texts()[1]).toMatch(/^Cloning the template.*under way for 10 s$/);
    expect(texts()[2]).toBe('Configuring the machineStill to come');
    expect(within(steps).getAllByRole('listitem')[1]).toHaveAttribute('aria-current', 'step');
    expect(await screen.findByText('Usually ready in about 21 s, about 9 s to go.')).toBeVisible();
    expect(screen.getByRole('progressbar', { name: 'Progress' })).toHaveAttribute('aria-valuenow', '57');
    pass(10);
    expect(texts()[1]).toMatch(/under way for 20 s$/);
    expect(screen.getByText('Longer than usual; 19 of 20 are ready within 48 s.')).toBeVisible();
    expect(screen.getByRole('progressbar', { name: 'Progress' })).not.toHaveAttribute('aria-valuenow');
    pass(40);
    expect(screen.getByText(/^This takes longer than it should/)).toBeVisible();
  });

  it('says which attempts were given up', async () => {
    give(pending(), [
      step('placed', '00', '01'),
      step('cloning', '01', '04'),
      step('placing', '04', null, 2),
    ]);
    open();
    expect(
      await screen.findByText('Attempt 1 was given up after 4 s, at this step: Cloning the template.'),
    ).toBeVisible();
  });

  it('says that a kept machine is woken, and claims no time for that', async () => {
    give(pending({ provisioning_step: 'resuming', session_type: 'persistent' }), [
      step('resuming', '00', null, 0),
    ]);
    open();
    expect(await screen.findByText(/There is no estimate for that/)).toBeVisible();
    expect(screen.getByText('Finding your kept machine', { selector: 'p' })).toBeVisible();
  });

  it('names the tab, and has no desktop to open yet', async () => {
    give(pending());
    open();
    const button = await screen.findByRole('button', { name: 'Open desktop' });
    expect(button).toBeDisabled();
    expect(button).toHaveAccessibleDescription('It can be opened as soon as the machine is ready.');
    expect(document.title).toBe('Starting: Ubuntu 22.04 · Berth');
    expect(icon()).toBe('/favicon-starting.svg');
  });

  it('becomes ready before the eyes: the tab, the words and the focus follow', async () => {
    give(pending());
    open();
    await screen.findByRole('heading', { name: 'Progress' });
    FakeEventSource.live[0]?.send('session', { session: session() });
    const link = await screen.findByRole('link', { name: /^Open desktop/ });
    expect(link).toHaveFocus();
    expect(link).toHaveAttribute('href', `${path}/desktop`);
    expect(document.title).toBe('Ready: Ubuntu 22.04 · Berth');
    expect(icon()).toBe('/favicon-ready.svg');
    expect(screen.getByText('Ubuntu 22.04 is ready.')).toHaveAttribute('aria-live', 'polite');
    expect(screen.queryByRole('heading', { name: 'Progress' })).not.toBeInTheDocument();
  });

  it('takes the focus from no dialog when it becomes ready', async () => {
    give(pending());
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'End' }));
    const dialog = await screen.findByRole('dialog');
    within(dialog).getByRole('button', { name: 'Cancel' }).focus();
    FakeEventSource.live[0]?.send('session', { session: session() });
    await screen.findByText('The desktop is ready');
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
  });
});

describe('an active session', () => {
  it('counts down by the second, in red and in words when it ends soon', async () => {
    give(session());
    open();
    expect(await screen.findByRole('timer')).toHaveTextContent('59:48 left');
    pass(3);
    expect(screen.getByRole('timer')).toHaveTextContent('59:45 left');
    pass(50 * 60);
    expect(screen.getByRole('timer')).toHaveTextContent('09:45 left');
    expect(screen.getByText('Less than 10 minutes left. Save your work.')).toBeVisible();
    expect(document.title).toBe('10 min left: Ubuntu 22.04 · Berth');
    expect(icon()).toBe('/favicon-ending.svg');
    pass(15 * 60);
    expect(screen.getByRole('timer')).toHaveTextContent('00:00 left');
    expect(screen.getByText('Its time is over. It is being ended.')).toBeVisible();
  });

  it('does not take the focus when it was active before', async () => {
    give(session());
    open();
    expect(await screen.findByRole('link', { name: /^Open desktop/ })).not.toHaveFocus();
  });

  it('folds its start away', async () => {
    give(session(), used);
    open();
    expect(await screen.findByText('Ready after 21 s')).toBeVisible();
    expect(screen.getByText('Cloning the template')).not.toBeVisible();
    await userEvent.click(screen.getByText('How it started'));
    expect(screen.getByText('Cloning the template')).toBeVisible();
  });

  it('says that no gateway is set up', async () => {
    give(session({ desktop: 'not_configured', guacamole_url: null }));
    open();
    expect(await screen.findByText(/No desktop gateway is set up/)).toBeVisible();
    expect(screen.queryByText('Open desktop')).not.toBeInTheDocument();
  });

  it('is extended, which shows at once', async () => {
    let body: unknown;
    give(session());
    server.use(
      http.post(`${path}/extend`, async ({ request }) => {
        body = await request.json();
        server.use(http.get(path, () => delay('infinite')));
        return HttpResponse.json(session({ expires_at: '2026-11-26T11:00:00Z' }));
      }),
    );
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'Extend by 60 min' }));
    expect(await screen.findByText(/^Extended\. It ends at/)).toBeVisible();
    expect(screen.getByRole('timer')).toHaveTextContent('1:59:48 left');
    expect(body).toEqual({ minutes: 60 });
  });

  it('says in place why it was not extended', async () => {
    give(session());
    server.use(http.post(`${path}/extend`, () => refuse({ detail: 'The session is over.' })));
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'Extend by 30 min' }));
    const panel = screen.getByRole('region', { name: 'Time left' });
    expect(await within(panel).findByText('The session is over.')).toBeVisible();
  });

  it('is extended to its limit at most', async () => {
    give(session({ extendable_until: '2026-11-26T10:45:00Z' }));
    const { unmount } = open();
    expect(await screen.findByRole('button', { name: 'Extend by 60 min' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Extend by 30 min' })).toBeEnabled();
    expect(screen.getByText(/^It can be extended until .*45.* at most/)).toBeVisible();
    unmount();
    give(session({ extendable_until: '2026-11-26T10:00:00Z' }));
    open();
    expect(await screen.findByText(/^It cannot be extended any more/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Extend by 30 min' })).toBeDisabled();
  });

  it('listens to the clock only while it is shown', async () => {
    give(session());
    const { unmount } = open();
    await screen.findByRole('timer');
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
