import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopClock } from '../test/clock';
import { FakeEventSource } from '../test/FakeEventSource';
import { admin, session, sessionId, user } from '../test/samples';
import { refuse, server } from '../test/server';
import { give, icon, open, over, path, step, used } from '../test/sessionPage';

beforeEach(() => {
  stopClock('2026-11-26T09:00:12Z');
  document.head.innerHTML = '<link rel="icon" href="/favicon.svg" />';
});
afterEach(() => void vi.useRealTimers());

describe('ending a session', () => {
  const end = async () => {
    await userEvent.click(await screen.findByRole('button', { name: 'End' }));
    return screen.findByRole('dialog', { name: 'End this session' });
  };

  it('says that the VM is destroyed, ends it, and stays with what happened', async () => {
    give(session(), used);
    const gone = over({ provisioning_step: 'deleting', end_reason: 'ended_by_user' });
    server.use(
      http.delete(path, () => {
        give(gone, used);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    open();
    const dialog = await end();
    expect(within(dialog).getByText(/The VM and its data are destroyed/)).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'End session' }));
    expect(await screen.findByText('You ended it, after 30 s of use.')).toBeVisible();
    expect(screen.getByText('The VM and its data are being destroyed.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Launch again' })).toHaveAttribute('href', '/?launch=2');
    expect(document.title).toBe('Ubuntu 22.04 · Berth');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'What happened' })).toHaveFocus());
    FakeEventSource.live[0]?.send('session', { session: { ...gone, provisioning_step: 'closed' } });
    expect(await screen.findByText(/^The VM is gone/)).toBeVisible();
  });

  it('says that a persistent VM is kept', async () => {
    give(session({ session_type: 'persistent' }));
    open();
    expect(within(await end()).getByText(/shut down and kept for you/)).toBeVisible();
  });

  it('says in the dialog why it was refused', async () => {
    give(session());
    server.use(http.delete(path, () => refuse({ status: 503, detail: 'Nothing can be recorded now.' })));
    open();
    const dialog = await end();
    await userEvent.click(within(dialog).getByRole('button', { name: 'End session' }));
    expect(await within(dialog).findByText('Nothing can be recorded now.')).toBeVisible();
    expect(screen.getByText('The desktop is ready')).toBeInTheDocument();
  });
});

describe('a session that is over', () => {
  const kept = over({
    session_type: 'persistent',
    keeps_vm: true,
    end_reason: 'deadline',
    provisioning_step: 'kept',
  });

  it('that keeps its VM is resumed, or the VM is discarded', async () => {
    give(kept, used);
    let isDiscarded = false;
    server.use(
      http.delete(`${path}/vm`, () => {
        isDiscarded = true;
        give({ ...kept, keeps_vm: false, provisioning_step: 'deleting' }, used);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    open();
    expect(await screen.findByRole('link', { name: 'Resume' })).toHaveAttribute(
      'href',
      '/?launch=2&type=persistent',
    );
    await userEvent.click(screen.getByRole('button', { name: /^Discard the kept VM/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Discard the kept VM' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Discard for good' }));
    expect(await screen.findByText('The VM and its data are being destroyed.')).toBeVisible();
    expect(isDiscarded).toBe(true);
    expect(screen.getByRole('link', { name: 'Launch again' })).toBeVisible();
  });

  it('says in the dialog why a VM was not discarded', async () => {
    give(kept);
    server.use(http.delete(`${path}/vm`, () => refuse({ detail: 'It is being resumed.' })));
    open();
    await userEvent.click(await screen.findByRole('button', { name: /^Discard the kept VM/ }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Discard for good' }));
    expect(await within(dialog).findByText('It is being resumed.')).toBeVisible();
  });

  it('because it failed says what went wrong, how far it got, and the way out', async () => {
    give(over({ status: 'failed', end_reason: 'provisioning_failed', detail: 'clone failed: mount error' }), [
      step('placed', '00', '02'),
      step('cloning', '02', '04'),
      step('placing', '04', '04', 2),
      step('closed', '04', '04', 2),
    ]);
    open();
    expect(await screen.findByText('The machine could not be started')).toBeVisible();
    expect(screen.getByText(/the admins have been told/)).toBeVisible();
    expect(screen.getByText('What was reported: clone failed: mount error')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Launch again' })).toBeVisible();
    expect(document.title).toBe('Failed: Ubuntu 22.04 · Berth');
    expect(icon()).toBe('/favicon-failed.svg');
    await userEvent.click(screen.getByText('How far it got'));
    expect(await screen.findByText(/failed after 2 s$/)).toBeVisible();
    expect(screen.getAllByText('Not reached')).toHaveLength(4);
  });

  it('because its machine was lost says so', async () => {
    give(over({ end_reason: 'vm_lost' }), used);
    open();
    expect(await screen.findByText('The machine has vanished')).toBeVisible();
    expect(await screen.findByText('Its machine was lost, after 30 s of use.')).toBeVisible();
  });
});

describe("somebody else's session", () => {
  const theirs = { owner_id: 7 };
  beforeEach(() =>
    server.use(http.get('/admin/users', () => HttpResponse.json({ items: [user({ id: 7, login: 'ben' })] }))),
  );

  it('tells an admin whose it is and why it is there', async () => {
    give(session(theirs));
    open(admin());
    expect(await screen.findByRole('link', { name: 'ben' })).toHaveAttribute(
      'href',
      '/admin/sessions?owner=7',
    );
    expect(screen.getByRole('link', { name: 'Why this node' })).toHaveAttribute(
      'href',
      `/admin/sessions?placement=${sessionId}`,
    );
    expect(within(await screen.findByRole('list', { name: 'History' })).getByText('ben')).toBeVisible();
  });

  it('is ended by an admin with a reason', async () => {
    give(session(theirs));
    let body: unknown;
    const ended = over({ ...theirs, end_reason: 'ended_by_admin', detail: 'the node is replaced' });
    server.use(
      http.post(`/admin/sessions/${sessionId}/end`, async ({ request }) => {
        body = await request.json();
        give(ended);
        return HttpResponse.json(ended);
      }),
    );
    open(admin());
    await screen.findByRole('link', { name: 'ben' });
    await userEvent.click(screen.getByRole('button', { name: 'End' }));
    const dialog = await screen.findByRole('dialog', { name: 'End the session of ben' });
    expect(within(dialog).getByRole('button', { name: 'End session' })).toBeDisabled();
    await userEvent.type(within(dialog).getByLabelText(/^Reason/), 'the node is replaced');
    await userEvent.click(within(dialog).getByRole('button', { name: 'End session' }));
    expect(await screen.findByText('An admin ended it: the node is replaced.')).toBeVisible();
    expect(body).toEqual({ reason: 'the node is replaced' });
    expect(screen.queryByRole('link', { name: 'Launch again' })).not.toBeInTheDocument();
  });

  it('shows an auditor all and lets them do nothing', async () => {
    give(session(theirs));
    open(user({ id: 4, login: 'vera', role: 'auditor' }));
    expect(await screen.findByRole('link', { name: 'ben' })).toBeVisible();
    expect(screen.getByText('A desktop is for its owner and for admins.')).toBeVisible();
    expect(screen.queryByRole('link', { name: /^Open desktop/ })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /End|Extend/ })).not.toBeInTheDocument();
  });
});
