import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pass, stopClock } from '../../test/clock';
import { FakeEventSource } from '../../test/FakeEventSource';
import { difference, giveReport, reconciliation, settledDifference } from '../../test/reconciliation';
import { renderPage } from '../../test/render';
import { admin, sessionId, user } from '../../test/samples';
import { refuse, server } from '../../test/server';
import type { Reconciliation } from '../../types/vm.types';
import { ReconciliationPage } from './ReconciliationPage';

const now = '2026-11-26T09:00:00Z';

function show(over: Partial<Reconciliation> = {}, me = admin()) {
  const asked = giveReport(reconciliation(over));
  return { asked, ...renderPage(<ReconciliationPage />, { me }) };
}

const group = async (name: RegExp) => within(await screen.findByRole('region', { name }));

beforeEach(() => stopClock(now));
afterEach(() => void vi.useRealTimers());

describe('the page', () => {
  it('holds its place while it loads', () => {
    show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: 'Reconciliation' })).toBeVisible();
  });

  it('says when Berth looked, and when it looks next', async () => {
    show();
    expect(await screen.findByText('12 s ago')).toBeVisible();
    expect(screen.getByText('In 48 s')).toBeVisible();
    expect(screen.getByText(/showed every VM\. Disks were last listed on/)).toBeVisible();
  });

  it('says that log and cluster agree', async () => {
    show();
    expect(await screen.findByText('Log and cluster agree')).toBeVisible();
    expect(screen.getByText(/^Nothing yet\. What differed once/)).toBeVisible();
  });

  it('says what went wrong, and tries again', async () => {
    server.use(
      http.get('/admin/reconciliation', () => refuse({ status: 503, detail: 'try again in a moment' })),
    );
    renderPage(<ReconciliationPage />, { me: admin() });
    expect(await screen.findByText('try again in a moment')).toBeVisible();
    giveReport(reconciliation());
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Log and cluster agree')).toBeVisible();
  });

  it('follows the stream', async () => {
    show();
    await screen.findByText('Log and cluster agree');
    giveReport(reconciliation({ open: [difference()] }));
    FakeEventSource.live[0]?.send('difference', { type: 'difference_found' }, '7');
    expect(await screen.findByRole('region', { name: 'Stray VMs: 1' })).toBeVisible();
  });

  it('asks again by itself, soon after the next look was due', async () => {
    show();
    await screen.findByText('12 s ago');
    giveReport(reconciliation({ surveyed_at: '2026-11-26T09:00:50Z', next_at: '2026-11-26T09:01:48Z' }));
    pass(50);
    expect(await screen.findByText('0 s ago')).toBeVisible();
    expect(screen.getByText('In 58 s')).toBeVisible();
  });

  it('leads to what the audit trail has of it', async () => {
    show();
    expect(await screen.findByRole('link', { name: /was found, tried and settled/ })).toHaveAttribute(
      'href',
      '/admin/audit?stream=reconciliation',
    );
  });
});

describe('a look that did not show everything', () => {
  it('says why, before all else, and that nothing counts as missing', async () => {
    show({ is_complete: false, why_not: 'the cluster has no quorum' });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The last look did not show everything');
    expect(alert).toHaveTextContent('the cluster has no quorum');
    expect(alert).toHaveTextContent('no session ends because of it');
    expect(screen.getByText(/^The cluster last answered on/)).toBeVisible();
    expect(screen.queryByText('Log and cluster agree')).toBeNull();
    expect(screen.getByText('Nothing is known to differ')).toBeVisible();
  });

  it('may be one of many: Berth has not seen the cluster at all', async () => {
    show({ surveyed_at: null, volumes_listed_at: null, is_complete: false, why_not: 'connection refused' });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Berth has not seen the cluster since it started',
    );
    expect(screen.getByText('Not yet')).toBeVisible();
  });

  it('is none before the first one is done', async () => {
    show({ surveyed_at: null, volumes_listed_at: null, is_complete: false, next_at: now });
    expect(await screen.findByText('Berth has just started')).toBeVisible();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByText('Now')).toBeVisible();
  });

  it('names the storages that could not be read', async () => {
    show({ unread: ['node pve-3', 'storage nfs on node pve-1'] });
    expect(await screen.findByText('Some disks could not be listed')).toBeVisible();
    expect(screen.getByText('storage nfs on node pve-1')).toBeVisible();
  });
});

describe('open differences', () => {
  it('say what they are, where, since when, and what a person must do', async () => {
    show({ open: [difference(), difference({ vm_id: 10_500_001, node: 'pve-2' })] });
    const strays = await group(/^Stray VMs: 2$/);
    expect(strays.getByText('Needs a person')).toBeVisible();
    expect(strays.getByText(/Berth never touches it/)).toBeVisible();
    const [, first, second] = strays.getAllByRole('row');
    expect(first).toHaveTextContent('VM 10500000');
    expect(first).toHaveTextContent("it has name 'web-1'");
    expect(first).toHaveTextContent('12 min');
    expect(second).toHaveTextContent('pve-2');
  });

  it('lead to their session, unless this log never gave them to any', async () => {
    show({
      open: [
        difference({ session_id: sessionId }),
        difference({ kind: 'foreign', vm_id: 10_000_001, session_id: sessionId }),
      ],
    });
    const foreign = await group(/^Foreign VMs: 1$/);
    expect(foreign.getByRole('link', { name: 'Session of VM 10000001' })).toHaveAttribute(
      'href',
      `/sessions/${sessionId}`,
    );
    const strays = await group(/^Stray VMs: 1$/);
    expect(strays.queryByRole('link')).toBeNull();
  });

  it('say of a disk which one it is and how large', async () => {
    const volume = 'ceph:vm-10000002-disk-0';
    const detail = `${60 * 2 ** 30} bytes on storage ceph`;
    show({ open: [difference({ kind: 'leaked_volume', volume, detail })] });
    const disks = await group(/^Leaked disks: 1$/);
    expect(disks.getByText(volume)).toBeVisible();
    expect(disks.getByText('60 GiB on storage ceph')).toBeVisible();
  });

  it('say how far the removal of a late clone is, and when it waits for a person', async () => {
    const removal = { intended: false, quarantined: true, failures: 0, last_fault: 'it is locked' };
    show({ open: [difference({ kind: 'late_clone', removal })] });
    const clones = await group(/^Late clones: 1$/);
    expect(clones.getByText('Needs a person')).toBeVisible();
    expect(clones.getByText('Left alone: it is locked')).toBeVisible();
  });

  it('show the first of very many, and all of them when somebody asks', async () => {
    const open = Array.from({ length: 30 }, (_, index) => difference({ vm_id: 10_500_000 + index }));
    const counts = { ...reconciliation().counts, stray: 1_100 };
    show({ open, counts });
    const strays = await group(/^Stray VMs: 1100$/);
    expect(strays.getAllByRole('row')).toHaveLength(21);
    expect(strays.getByText(/^30 of them are listed here/)).toBeVisible();
    await userEvent.click(strays.getByRole('button', { name: 'Show all 30 stray VMs' }));
    expect(strays.getAllByRole('row')).toHaveLength(31);
    expect(strays.getByRole('button', { name: 'Show the first 20' })).toHaveFocus();
  });
});

describe('settled differences', () => {
  it('say what became of each', async () => {
    show({
      settled: [
        settledDifference(),
        settledDifference({ kind: 'lost', vm_id: 10_000_004, session_id: sessionId, how: 'session_told' }),
      ],
    });
    const table = within(await screen.findByRole('table', { name: 'Settled differences' }));
    const [, destroyed, lost] = table.getAllByRole('row');
    expect(destroyed).toHaveTextContent(/VM 10000003.*Late clone on pve-2, open for 2 min.*Berth destroyed/);
    expect(lost).toHaveTextContent('Its session has ended');
    expect(table.getByRole('link', { name: 'Session of VM 10000004' })).toBeVisible();
  });
});

describe('looking now', () => {
  const looking = reconciliation({ next_at: now });
  const post = (respond: () => Response) => server.use(http.post('/admin/reconciliation', respond));
  const press = async () => userEvent.click(await screen.findByRole('button', { name: 'Look now' }));

  it('is for admins alone', async () => {
    show({}, user({ role: 'auditor' }));
    expect(await screen.findByText('Log and cluster agree')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Look now' })).toBeNull();
  });

  it('waits until the look is done, and says what was found', async () => {
    show();
    await screen.findByText('Log and cluster agree');
    giveReport(reconciliation({ open: [difference()] }));
    post(() => {
      screen.getByRole('button', { name: 'Look now' }).blur(); // As browsers do to what is disabled.
      return HttpResponse.json(looking, { status: 202 });
    });
    await press();
    const button = screen.getByRole('button', { name: 'Look now' });
    expect(button).toBeDisabled();
    expect(await screen.findByText('Now')).toBeVisible();
    // The report is asked for by itself while a look is under way; its timer stands still here.
    FakeEventSource.live[0]?.send('difference', { type: 'difference_found' }, '7');
    expect(await screen.findByText('Berth has looked: 1 open difference.')).toBeVisible();
    expect(screen.getByRole('region', { name: 'Stray VMs: 1' })).toBeVisible();
    expect(button).toHaveFocus();
  });

  it('claims nothing when Berth does not answer meanwhile', async () => {
    show();
    await screen.findByText('Log and cluster agree');
    server.use(http.get('/admin/reconciliation', () => refuse({ status: 503, detail: 'Berth restarts.' })));
    post(() => HttpResponse.json(looking, { status: 202 }));
    await press();
    await screen.findByText('Now');
    FakeEventSource.live[0]?.send('difference', { type: 'difference_found' }, '7');
    expect(await screen.findByRole('alert')).toHaveTextContent('Berth restarts.');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Look now' })).toBeEnabled());
    expect(screen.queryByText(/^Berth has looked/)).toBeNull();
  });

  it('says on the page why it is refused', async () => {
    show();
    post(() => refuse({ status: 503, detail: 'Berth is restarting.' }));
    await press();
    expect(await screen.findByRole('alert')).toHaveTextContent('Berth is restarting.');
    expect(screen.getByRole('button', { name: 'Look now' })).toBeEnabled();
    expect(screen.getByText('Log and cluster agree')).toBeVisible();
  });
});
