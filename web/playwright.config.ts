import { defineConfig } from '@playwright/test';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.ts',
  globalSetup: './tests/setup.ts',
  outputDir: 'test-results/browser',
  // One program answers all of them, and a machine may have two cores.
  workers: 1,
  fullyParallel: false,
  timeout: 40_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 860 },
    locale: 'en-GB',
    timezoneId: 'Europe/Madrid',
    colorScheme: 'light',
    // Root in a container has no sandbox; software draws WebGL.
    launchOptions: { executablePath: CHROMIUM, args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'] },
    trace: 'off',
  },
});
