import type { ProxmoxNode } from '../types/vm.types';
import { loadLevel } from './load';

export interface NodeLoad {
  cpuPercent: number;
  ramPercent: number;
  ramUsedMb: number;
  ramTotalMb: number;
}

/** What a node measures now; null while it does not answer. */
export function loadOf(node: ProxmoxNode): NodeLoad | null {
  const { status, cpu_percent, ram_used_mb, ram_total_mb } = node;
  if (status === 'offline' || cpu_percent === null || ram_used_mb === null || !ram_total_mb) return null;
  return {
    cpuPercent: cpu_percent,
    ramPercent: (100 * ram_used_mb) / ram_total_mb,
    ramUsedMb: ram_used_mb,
    ramTotalMb: ram_total_mb,
  };
}

export function isCritical(node: ProxmoxNode): boolean {
  const load = loadOf(node);
  return load !== null && loadLevel(Math.max(load.cpuPercent, load.ramPercent)) === 'critical';
}

/**
 * Milliseconds since a node was measured last; null when it never was. The measurement's own time
 * counts: with each event of one node all nodes' data is as new, but not their measurements.
 */
export function ageOf(node: ProxmoxNode, now: number): number | null {
  const last = node.recent.at(-1);
  if (last) return Math.max(0, now - Date.parse(last.at));
  return node.sample_age_seconds === null ? null : node.sample_age_seconds * 1000;
}

export const percentText = (percent: number) => `${Math.round(percent)} %`;
