import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../test/render';
import { session, template, user } from '../test/samples';
import { refuse, server } from '../test/server';
import type { VMSession, VMTemplate } from '../types/vm.types';
import { DashboardPage } from './DashboardPage';

const give = (templates: VMTemplate[], sessions: VMSession[] = []) =>
  server.use(
    http.get('/templates', () => HttpResponse.json({ items: templates })),
    http.get('/sessions', () => HttpResponse.json({ items: sessions, next_cursor: null })),
  );
const three = [
  template({ id: 1, name: 'Windows 11', os_type: 'windows', tags: ['office'], time_to_ready: null }),
  template({ id: 2, name: 'Ubuntu 22.04' }),
  template({ id: 3, name: 'Kali', os_type: 'kali', tags: ['security'] }),
];
const names = () => screen.queryAllByRole('heading', { level: 3 }).map((each) => each.textContent);

describe('the templates', () => {
  it('show what a person gets, and how soon', async () => {
    give([template()]);
    renderPage(<DashboardPage />);
    const card = await screen.findByRole('article', { name: 'Ubuntu 22.04' });
    for (const text of ['4 vCPU', '8 GiB', '60 GiB', 'development', 'Ready in about 21 s'])
      expect(within(card).getByText(text)).toBeVisible();
    expect(within(card).getByRole('img', { name: 'Linux' })).toBeVisible();
  });

  it('claim no time that is not known', async () => {
    give([template({ time_to_ready: null })]);
    renderPage(<DashboardPage />);
    expect(await screen.findByText('Not launched often enough to say')).toBeVisible();
  });

  it('are filtered by system and by words, and the address keeps the filter', async () => {
    give(three);
    const { router } = renderPage(<DashboardPage />);
    await screen.findByRole('article', { name: 'Kali' });
    await userEvent.type(screen.getByLabelText('Filter templates'), 'SECUR');
    expect(names()).toEqual(['Kali']);
    await userEvent.click(screen.getByRole('radio', { name: 'Windows' }));
    expect(router.state.location.search).toBe('?q=SECUR&os=windows');
    await userEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
    expect(names()).toEqual(['Windows 11', 'Ubuntu 22.04', 'Kali']);
  });

  it('say when there are none', async () => {
    give([]);
    renderPage(<DashboardPage />);
    expect(await screen.findByText('There are no templates yet')).toBeVisible();
  });

  it('say that they are on their way', () => {
    renderPage(<DashboardPage />);
    expect(screen.getAllByRole('status', { name: 'Loading' })).toHaveLength(2);
  });

  it('say why they are missing, and can be asked for again', async () => {
    server.use(http.get('/templates', () => refuse({ status: 503, detail: 'try again in a moment' })));
    renderPage(<DashboardPage />);
    expect(await screen.findByText('try again in a moment')).toBeVisible();
    give(three);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('article', { name: 'Kali' })).toBeVisible();
  });
});

it('shows open sessions first, and no others', async () => {
  give(three, [
    session(),
    session({ id: '01JD0000000000000000000002', status: 'expired', end_reason: 'deadline' }),
  ]);
  renderPage(<DashboardPage />);
  const open = await screen.findByRole('region', { name: 'Open sessions' });
  expect(await within(open).findAllByRole('link', { name: 'Ubuntu 22.04' })).toHaveLength(1);
  const [first] = screen.getAllByRole('region');
  expect(first).toBe(open);
});

it.each([
  [{ quota: 2, open_sessions: 0 }, 'You may have 2 sessions at once.'],
  [{ quota: 3, open_sessions: 1 }, '1 of 3 sessions open: you may launch 2 more.'],
  [{ quota: 2, open_sessions: 2 }, 'All of your 2 sessions are open. End one to launch another.'],
  [{ quota: 1, open_sessions: 1 }, 'Your one session is open. End one to launch another.'],
  [{ quota: 0, open_sessions: 0 }, 'Your quota is 0: an admin can raise it.'],
])('says in words what %o leaves', (numbers, words) => {
  renderPage(<DashboardPage />, { me: user(numbers) });
  expect(screen.getByText(words)).toBeVisible();
});

it('opens the dialog that a link asks for, and forgets the link when it is closed', async () => {
  give(three);
  const { router } = renderPage(<DashboardPage />, { at: '/?launch=3&type=persistent' });
  const dialog = await screen.findByRole('dialog', { name: /Launch Kali/ });
  expect(within(dialog).getByRole('radio', { name: 'Persistent' })).toBeChecked();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(router.state.location.search).toBe('');
});

it('offers no launch to an auditor, and says why', async () => {
  give(three);
  renderPage(<DashboardPage />, { me: user({ role: 'auditor' }) });
  const launch = await screen.findByRole('button', { name: 'Launch Kali' });
  expect(launch).toBeDisabled();
  expect(launch).toHaveAttribute('title', 'Your role is auditor, which may not launch');
});
