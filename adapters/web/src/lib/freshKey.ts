/** 128 random bits as text. `crypto.randomUUID` exists on HTTPS and localhost alone, this everywhere. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
