import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveLog } from '../../test/auditLog';
import { renderPage } from '../../test/render';
import { admin } from '../../test/samples';
import { refuse, server } from '../../test/server';
import { AuditPage } from './AuditPage';

const show = (at = '/') => renderPage(<AuditPage />, { me: admin(), at });

beforeEach(() => {
  server.use(
    http.get('/admin/audit/types', () => HttpResponse.json({ items: ['node_registered', 'session_placed'] })),
  );
});
afterEach(() => vi.restoreAllMocks());

describe('the hash chain', () => {
  const head = 'ab'.repeat(32);
  const verification = (over = {}) => ({
    is_sound: true,
    events: 1234,
    head,
    flaw: null,
    verified_at: '2026-11-26T12:03:00Z',
    ...over,
  });

  it('is verified when somebody asks, and its head can be copied', async () => {
    const user = userEvent.setup();
    serveLog(1);
    const verify = vi.fn(() => HttpResponse.json(verification()));
    server.use(http.get('/admin/audit/verification', verify));
    show();
    await screen.findByText('text of event 1');
    expect(verify).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Hash chain: verify' }));
    expect(await screen.findByText(/^Verified: 1.?234 events, at /)).toBeInTheDocument();
    expect(screen.getByText(/compare the head with one that you noted/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Copy the head' }));
    expect(await window.navigator.clipboard.readText()).toBe(head);
  });

  it('raises an alert when it is not sound', async () => {
    serveLog(1);
    const flaw = { position: 42, reason: 'the hash does not fit' };
    server.use(
      http.get('/admin/audit/verification', () => HttpResponse.json(verification({ is_sound: false, flaw }))),
    );
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Hash chain: verify' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'NOT SOUND at position 42: the hash does not fit',
    );
  });

  it('shows why it cannot be verified', async () => {
    serveLog(1);
    server.use(http.get('/admin/audit/verification', () => refuse({ status: 503, detail: 'Busy.' })));
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Hash chain: verify' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Busy.');
  });
});

describe('the export', () => {
  const files: Blob[] = [];
  const names: string[] = [];
  const revoke = vi.fn();
  beforeEach(() => {
    files.length = names.length = 0;
    serveLog(1);
    Object.assign(URL, {
      createObjectURL: (file: Blob) => {
        files.push(file);
        return 'blob:log';
      },
      revokeObjectURL: revoke,
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
  });
  const next = { headers: { Link: '<x>; rel="next"' } };

  it('downloads the whole log as one file', async () => {
    server.use(
      http.get('/admin/audit/export', ({ request }) =>
        new URL(request.url).searchParams.get('after') === '0'
          ? HttpResponse.text('{"position":1}\n', next)
          : HttpResponse.text('{"position":2}\n'),
      ),
    );
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    await waitFor(() => expect(names).toEqual(['berth-log.ndjson']));
    expect(await files[0]?.text()).toBe('{"position":1}\n{"position":2}\n');
    expect(revoke).toHaveBeenCalledWith('blob:log');
    expect(await screen.findByRole('button', { name: 'Export' })).toBeInTheDocument();
  });

  /** The second page never comes; tells when its request is given up. */
  const stall = () => {
    const aborted = vi.fn();
    server.use(
      http.get('/admin/audit/export', async ({ request }) => {
        if (new URL(request.url).searchParams.get('after') === '0')
          return HttpResponse.text('{"position":1}\n', next);
        request.signal.addEventListener('abort', aborted);
        await delay('infinite');
      }),
    );
    return aborted;
  };

  it('says how far it is and can be cancelled, which is no error', async () => {
    const aborted = stall();
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    expect(await screen.findByText('1 events so far')).toBeInTheDocument();
    const cancel = screen.getByRole('button', { name: 'Cancel the export' });
    expect(cancel).toHaveFocus();
    await userEvent.click(cancel);
    expect(await screen.findByRole('button', { name: 'Export' })).toHaveFocus();
    await waitFor(() => expect(aborted).toHaveBeenCalled());
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(files).toHaveLength(0);
  });

  it('is given up when the page is left', async () => {
    const aborted = stall();
    const { unmount } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    await screen.findByText('1 events so far');
    unmount();
    await waitFor(() => expect(aborted).toHaveBeenCalled());
    expect(files).toHaveLength(0);
  });

  it('shows what went wrong', async () => {
    server.use(
      http.get('/admin/audit/export', () => refuse({ status: 503, detail: 'The log cannot be read.' })),
    );
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The log cannot be read.');
  });
});
