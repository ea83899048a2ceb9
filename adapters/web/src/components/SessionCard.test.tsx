import { act, screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../live/keys';
import { pass, stopClock } from '../test/clock';
import { renderPage } from '../test/render';
import { pending, session, sessionId, template } from '../test/samples';
import { server } from '../test/server';
import { SessionCard } from './SessionCard';

beforeEach(() => stopClock('2026-11-26T09:00:12Z'));
afterEach(() => void vi.useRealTimers());

describe('the card of a pending session', () => {
  it('has the step in words, and how far it is by the usual time', async () => {
    renderPage(<SessionCard session={pending()} />);
    const bar = screen.getByRole('progressbar', { name: 'Progress of Ubuntu 22.04' });
    expect(screen.getByText('Cloning the template')).toBeVisible();
    expect(screen.getByText('pending')).toBeVisible();
    expect(screen.queryByRole('link', { name: /Open/ })).not.toBeInTheDocument();
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '57'));
    pass(4);
    expect(bar).toHaveAttribute('aria-valuenow', '76');
    pass(60);
    expect(bar).not.toHaveAttribute('aria-valuenow');
  });

  it('never lets the bar go back', async () => {
    const { cache } = renderPage(<SessionCard session={pending()} />);
    const bar = screen.getByRole('progressbar', { name: 'Progress of Ubuntu 22.04' });
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '57'));
    const slower = template({ time_to_ready: { launches: 13, usual_seconds: 120, slow_seconds: 240 } });
    server.use(http.get('/templates', () => HttpResponse.json({ items: [slower] })));
    await act(() => cache.refetchQueries({ queryKey: keys.templates }));
    pass(1);
    expect(bar).toHaveAttribute('aria-valuenow', '57');
  });

  it('tells no number where nothing is known', () => {
    server.use(http.get('/templates', () => HttpResponse.json({ items: [] })));
    renderPage(<SessionCard session={pending()} />);
    expect(screen.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow');
  });
});

describe('the card of an active session', () => {
  it('counts down, and leads to the desktop and to the session', () => {
    renderPage(<SessionCard session={session()} />);
    expect(screen.getByText('59:48 left')).toBeVisible();
    pass(48);
    expect(screen.getByText('59:00 left')).toBeVisible();
    expect(screen.getByText('pve-1 · ephemeral')).toBeVisible();
    const open = screen.getByRole('link', { name: 'Open desktop of Ubuntu 22.04 in a new tab' });
    expect(open).toHaveTextContent('Open');
    expect(open).toHaveAttribute('href', `/sessions/${sessionId}/desktop`);
    expect(open).toHaveAttribute('target', '_blank');
    expect(open).toHaveAttribute('rel', 'noopener');
    expect(screen.getByRole('link', { name: 'Ubuntu 22.04' })).toHaveAttribute(
      'href',
      `/sessions/${sessionId}`,
    );
  });

  it('never shows less than nothing', () => {
    renderPage(<SessionCard session={session({ expires_at: '2026-11-26T09:00:00Z' })} />);
    expect(screen.getByText('00:00 left')).toBeVisible();
  });

  it('has no way to a desktop without a gateway', () => {
    renderPage(<SessionCard session={session({ desktop: 'not_configured', guacamole_url: null })} />);
    expect(screen.queryByRole('link', { name: /Open/ })).not.toBeInTheDocument();
    expect(screen.getByText('active')).toBeVisible();
  });
});
