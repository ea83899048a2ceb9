export type LoadLevel = 'normal' | 'high' | 'critical';

/** Of a share in percent: under 60 normal, 60 to 80 high, above 80 critical. */
export function loadLevel(percent: number): LoadLevel {
  if (percent > 80) return 'critical';
  return percent >= 60 ? 'high' : 'normal';
}

export const levelColor: Record<LoadLevel, string> = { normal: 'teal', high: 'yellow', critical: 'red' };
export const levelText: Record<LoadLevel, string> = { normal: 'Normal', high: 'High', critical: 'Critical' };
