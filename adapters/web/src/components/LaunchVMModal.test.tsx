import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { renderPage } from '../test/render';
import { pending, session, sessionId, template } from '../test/samples';
import { refuse, server } from '../test/server';
import type { Problem } from '../types/vm.types';
import { LaunchVMModal } from './LaunchVMModal';

interface Sent {
  body: unknown;
  key: string | null;
}

/** Plays launches, each with the next answer, and notes what was sent. */
function answerLaunches(...answers: (Partial<Problem> | 'created')[]): Sent[] {
  const sent: Sent[] = [];
  server.use(
    http.post('/sessions', async ({ request }) => {
      const answer = answers[sent.length] ?? 'created';
      sent.push({ body: await request.json(), key: request.headers.get('Idempotency-Key') });
      return answer === 'created' ? HttpResponse.json(pending(), { status: 201 }) : refuse(answer);
    }),
  );
  return sent;
}

function open() {
  const onClose = vi.fn();
  return { onClose, ...renderPage(<LaunchVMModal template={template()} onClose={onClose} />) };
}
const button = (name: string) => screen.findByRole('button', { name });

it('launches what was chosen, and goes to the session', async () => {
  const sent = answerLaunches('created');
  const { router } = open();
  (await screen.findByRole('slider', { name: 'Duration' })).focus();
  await userEvent.keyboard('{ArrowRight}');
  await userEvent.click(screen.getByText('Persistent'));
  await userEvent.click(await button('Launch'));
  await waitFor(() => expect(router.state.location.pathname).toBe(`/sessions/${sessionId}`));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toEqual({ template_id: 2, duration_minutes: 120, session_type: 'persistent' });
  expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
});

it('offers exactly the durations of the specification', async () => {
  open();
  const slider = await screen.findByRole('slider', { name: 'Duration' });
  slider.focus();
  await userEvent.keyboard('{Home}');
  const offered: (string | null)[] = [];
  for (let at = 0; at < 6; ++at) {
    offered.push(slider.getAttribute('aria-valuetext'));
    await userEvent.keyboard('{ArrowRight}');
  }
  expect(offered).toEqual(['30 min', '1 h', '2 h', '4 h', '4 h', '4 h']);
});

it('spins, and takes no second click, while the launch is under way', async () => {
  server.use(
    http.post('/sessions', async () => {
      await delay('infinite');
      return HttpResponse.json(pending(), { status: 201 });
    }),
  );
  open();
  const launch = await button('Launch');
  await userEvent.click(launch);
  expect(launch).toBeDisabled();
  expect(launch).toHaveAttribute('data-loading', 'true');
  expect(await button('Cancel')).toBeDisabled();
});

it.each([
  ['quota-exceeded', 409, 'Go to my sessions'],
  ['no-capacity', 503, 'Room comes back as sessions end'],
  ['cluster-unavailable', 503, 'it never launches twice'],
])('says inside the dialog why a launch was refused (%s), and what to do', async (type, status, wayOut) => {
  answerLaunches({ type: `/problems/${type}`, status, title: 'Refused', detail: 'For a reason.' });
  open();
  await userEvent.click(await button('Launch'));
  const alert = await within(await screen.findByRole('dialog')).findByRole('alert');
  expect(alert).toHaveTextContent('For a reason.');
  expect(alert).toHaveTextContent(wayOut);
});

it('says which field was refused', async () => {
  answerLaunches({
    type: '/problems/invalid-fields',
    status: 422,
    errors: [{ pointer: '#/template_id', detail: 'this template is disabled' }],
  });
  open();
  await userEvent.click(await button('Launch'));
  expect(await screen.findByRole('alert')).toHaveTextContent('this template is disabled');
});

it('repeats a launch with its key, and another wish with another', async () => {
  const sent = answerLaunches({ status: 503 }, { status: 503 }, 'created');
  open();
  await userEvent.click(await button('Launch'));
  await userEvent.click(await button('Try again'));
  await waitFor(() => expect(sent).toHaveLength(2));
  await userEvent.click(screen.getByText('Persistent'));
  await userEvent.click(await button('Try again'));
  await waitFor(() => expect(sent).toHaveLength(3));
  expect(sent[1]?.key).toBe(sent[0]?.key);
  expect(sent[2]?.key).not.toBe(sent[0]?.key);
});

it('says that a kept machine will be resumed', async () => {
  const kept = session({ status: 'expired', end_reason: 'deadline', keeps_vm: true });
  server.use(http.get('/sessions', () => HttpResponse.json({ items: [kept], next_cursor: null })));
  open();
  await userEvent.click(await screen.findByText('Persistent'));
  expect(await screen.findByText(/resumed as you left it/)).toBeVisible();
});

it('closes by Escape', async () => {
  const { onClose } = open();
  await screen.findByRole('dialog');
  await userEvent.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalled();
});
