import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { SecretField } from './SecretField';

const show = () =>
  render(
    <MantineProvider env="test">
      <SecretField label="Token laptop" value="berth_abc" />
    </MantineProvider>,
  );

afterEach(() => vi.restoreAllMocks());

it('copies the secret, and says so', async () => {
  const person = userEvent.setup(); // It brings a clipboard.
  show();
  await person.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await screen.findByText('Copied.')).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe('berth_abc');
});

it('is there to be selected when the browser refuses', async () => {
  const person = userEvent.setup();
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
  show();
  await person.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await screen.findByText(/Select it/)).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
});

it('is there to be selected where there is no clipboard', async () => {
  const clipboard = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
  Reflect.deleteProperty(navigator, 'clipboard');
  show();
  expect(screen.queryByRole('button')).toBeNull();
  const field = screen.getByLabelText<HTMLInputElement>('Token laptop');
  expect(field).toHaveFocus();
  expect([field.readOnly, field.selectionStart, field.selectionEnd]).toEqual([true, 0, 9]);
  expect(await screen.findByText(/Select it/)).toBeVisible();
  if (clipboard) Object.defineProperty(navigator, 'clipboard', clipboard);
});
