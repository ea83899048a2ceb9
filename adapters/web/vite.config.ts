import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the application with hot reload in front of a running berthd.
const berthd = process.env['BERTH'] ?? 'http://127.0.0.1:8080';

/** Pages and the API share paths: what is no navigation and no file of ours is the API's, as in berthd. */
const toApi = {
  target: berthd,
  bypass: (request: { url?: string; headers: Record<string, string | string[] | undefined> }) =>
    request.headers['sec-fetch-mode'] === 'navigate' && !request.url?.endsWith('/desktop')
      ? '/index.html'
      : undefined,
};

export default defineConfig({
  plugins: [react()],
  // berthd replaces this marker with a fresh nonce in every page it serves.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // A data: URL or an inline script would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    chunkSizeWarningLimit: 750,
    // What the first page needs stays together, whichever parts of it the lazy pages share: each split costs.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
  server: {
    proxy: Object.fromEntries(
      ['/auth', '/me', '/templates', '/sessions', '/events', '/admin', '/api'].map((path) => [path, toApi]),
    ),
  },
  test: {
    environment: 'jsdom',
    globals: true,
    setupFiles: ['src/test/setup.ts'],
    css: false,
    testTimeout: 30_000,
    maxWorkers: 2,
    include: ['src/**/*.test.{ts,tsx}'],
    reporters: [
      'default',
      ['json', { outputFile: process.env['VITEST_REPORT'] ?? 'test-results/unit.json' }],
    ],
  },
});
