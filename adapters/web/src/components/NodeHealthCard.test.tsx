import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../test/render';
import { node } from '../test/samples';
import type { ProxmoxNode } from '../types/vm.types';
import { NodeHealthCard } from './NodeHealthCard';

const show = (over: Partial<ProxmoxNode> = {}) => {
  renderPage(<NodeHealthCard node={node(over)} />);
  return within(screen.getByRole('article', { name: 'Node pve-1' }));
};
const silent = { cpu_percent: null, ram_used_mb: null, ram_total_mb: null, uptime_seconds: null };

describe('a node that answers', () => {
  it('shows name, status, CPU, RAM and VMs', () => {
    const card = show({ active_vm_count: 14, ram_used_mb: 92 * 1024, ram_total_mb: 256 * 1024 });
    expect(card.getByRole('heading', { level: 2, name: 'pve-1' })).toBeVisible();
    expect(card.getByText('online')).toBeVisible();
    expect(card.getByText('38 %')).toBeVisible();
    expect(card.getByText('92 GiB of 256 GiB')).toBeVisible();
    expect(card.getByText('of 50 VMs')).toHaveTextContent('14 of 50 VMs');
    expect(card.getByText('Up 23 d')).toBeVisible();
  });

  it.each([
    [59.4, '59 %, Normal', 'teal'],
    [60, '60 %, High', 'yellow'],
    [80, '80 %, High', 'yellow'],
    [80.6, '81 %, Critical', 'red'],
  ])('says in words and by colour how %s %% of CPU is', (percent, words, color) => {
    const card = show({ cpu_percent: percent });
    const gauge = card.getByRole('meter', { name: 'CPU' });
    expect(gauge).toHaveAttribute('aria-valuetext', words);
    expect(gauge.innerHTML).toContain(`--mantine-color-${color}-6`);
    expect(card.getByText(`CPU · ${words.split(', ')[1] ?? ''}`)).toBeVisible();
  });

  it.each([
    [59, '59 %, Normal', 'teal'],
    [60, '60 %, High', 'yellow'],
    [81, '81 %, Critical', 'red'],
  ])('says in words and by colour how %s %% of RAM is', (used, words, color) => {
    const bar = show({ ram_used_mb: used, ram_total_mb: 100 }).getByRole('meter', { name: 'RAM' });
    expect(bar).toHaveAttribute('aria-valuetext', words);
    expect(bar.innerHTML).toContain(`mantine-color-${color}`);
  });

  it('tells its history in words', () => {
    const card = show({
      recent: [
        { at: '2026-11-26T08:50:00Z', cpu_percent: 12, ram_percent: 1 },
        { at: '2026-11-26T08:55:00Z', cpu_percent: 67, ram_percent: 1 },
        { at: '2026-11-26T09:00:00Z', cpu_percent: 38, ram_percent: 1 },
      ],
    });
    expect(card.getByRole('img', { name: 'CPU over the last 10 min, from 12 % to 67 %' })).toBeVisible();
  });

  it('draws no history of one measurement', () => {
    const card = show({ recent: [{ at: '2026-11-26T09:00:00Z', cpu_percent: 1, ram_percent: 1 }] });
    expect(card.queryByRole('img')).toBeNull();
    expect(card.getByText(/history begins/)).toBeVisible();
  });

  it('says how old its numbers are, and when that is too old', () => {
    const at = new Date(Date.now() - 8_000).toISOString();
    expect(
      show({ recent: [{ at, cpu_percent: 1, ram_percent: 1 }] }).getByText(/^Measured [89] s ago$/),
    ).toBeVisible();
  });

  it('warns of numbers that are out of date', () => {
    const at = new Date(Date.now() - 300_000).toISOString();
    expect(
      show({ recent: [{ at, cpu_percent: 1, ram_percent: 1 }] }).getByText('Measured 5 min ago, out of date'),
    ).toBeVisible();
  });

  it('says that it drains', () => {
    const card = show({ mode: 'draining' });
    expect(card.getByText('Draining')).toBeVisible();
    expect(card.getByText('online')).toBeVisible();
  });
});

describe('a node that does not answer', () => {
  it('shows no numbers of a better time, only for how long', () => {
    const at = new Date(Date.now() - 240_000).toISOString();
    const card = show({ ...silent, status: 'offline', recent: [{ at, cpu_percent: 99, ram_percent: 99 }] });
    expect(card.getByText('offline')).toBeVisible();
    expect(card.getByText('No answer')).toBeVisible();
    expect(card.getByText('No answer for 4 min')).toBeVisible();
    expect(card.queryByRole('meter')).toBeNull();
    expect(card.queryByRole('img')).toBeNull();
    expect(card.queryByText(/ %/)).toBeNull();
    expect(screen.getByRole('article')).toHaveAttribute('data-off');
  });

  it('is in maintenance all the same', () => {
    const card = show({ ...silent, status: 'maintenance', mode: 'maintenance' });
    expect(card.getByText('maintenance')).toBeVisible();
    expect(card.queryByRole('meter')).toBeNull();
  });
});
