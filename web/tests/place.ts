// Where the programs of this run answer.

import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const FILE = join(tmpdir(), `custodia-page-${process.env.PW_PLACE ?? 'now'}.json`);
export interface Place { base: string; state: string; hostile: string; hostileState: string; folder: string }
export const place = (): Place => JSON.parse(readFileSync(FILE, 'utf8')) as Place;

/** Every page is watched: an error of the page, or a rule of the content security policy that it breaks, fails the test. */
export const test = base.extend<{ hostileCase: boolean; watched: void }>({
  hostileCase: [false, { option: true }],
  baseURL: async ({ hostileCase }, use) => use(hostileCase ? place().hostile : place().base),
  storageState: async ({ hostileCase }, use) => use(hostileCase ? place().hostileState : place().state),
  watched: [
    async ({ page }, use) => {
      const wrong: string[] = [];
      page.on('pageerror', (error) => wrong.push(error.message));
      page.on('dialog', (dialog) => {
        wrong.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) wrong.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(new URL(page.url() === 'about:blank' ? request.url() : page.url()).origin) && !/^(data|blob):/.test(request.url())) wrong.push(`asked elsewhere: ${request.url()}`);
      });
      await use();
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Rows of the first table in sight. */
export const lines = (page: Page) => page.locator('main [role=grid] [role=rowgroup] [role=row][aria-selected]');
export const ready = (page: Page) => expect(page.locator('[aria-busy=true]')).toHaveCount(0);
