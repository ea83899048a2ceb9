import { defineConfig } from '@playwright/test';

/** Flags that Debian's Chromium needs as root and without a GPU. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--font-render-hinting=none',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: process.env['PLAYWRIGHT_OUTPUT'] ?? 'test-results/browser',
  projects: [
    { name: 'browser', testMatch: '*.spec.ts' },
    { name: 'screens', testMatch: 'screenshots.ts' },
  ],
  workers: 1,
  forbidOnly: true,
  // The real programs clone and boot simulated machines meanwhile, on whatever machine this is.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
  },
});
