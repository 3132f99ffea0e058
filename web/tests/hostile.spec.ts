// Names that attack the reader are shown and do nothing.

import type { Page } from '@playwright/test';
import { HOSTILE_SUBJECT, LONG } from './hostile';
import { expect, lines, place, ready, test } from './place';

/** No element of the evidence's making, and nothing of it outside a text node. */
async function inert(page: Page): Promise<void> {
  expect(await page.locator('img, iframe, object, embed, script:not([src]), b').count()).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { attacked?: boolean }).attacked)).toBeUndefined();
  // No bidi control reaches the screen as such.
  expect(await page.evaluate(() => /.{0,60}[\u202a-\u202e\u2066-\u2069\u200b]/.exec(document.body.innerText)?.[0] ?? ''), page.url()).toBe('');
}

test.describe('a case with hostile rows', () => {
  test.use({ hostileCase: true });
  test('subjects and texts of the evidence', async ({ page }) => {
    test.skip(!place().hostile, 'CUSTODIA_URL names a case without hostile names');
    for (const path of ['/', '/groups', '/rows/messages?w=text%3Ahas%3Aonerror', '/rows/group_facts?w=value%3Ahas%3A%3Cb%3E']) {
      await page.goto(path);
      await ready(page);
      await inert(page);
    }
    await page.goto('/groups?w=subject%3Ahas%3A%3Cb%3E');
    await expect(lines(page).first()).toContainText('<b>x</b>RLOgnpZWSP');
    await expect(lines(page).first().locator('.unseen')).toHaveCount(2);
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await expect(page.getByRole('complementary', { name: 'Where does this come from?' })).toContainText('<b>x</b>RLO');
    await inert(page);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('<b>x</b>RLOgnp');
    await inert(page);
    await page.goto('/search?q=onerror');
    await expect(page.locator('.hit').first()).toContainText('<img src=x onerror');
    await inert(page);
    await page.goto('/graph');
    await page.keyboard.press('j');
    await inert(page);
  });
});

const NAMES = ['<script>window.attacked=1</script>', '"><img src=x onerror="window.attacked=1">', 'javascript:window.attacked=1', HOSTILE_SUBJECT, '\u202e\u2066\u200f\u0000\u001b[31m', '{@html x} ${x} {{x}}', '=cmd|\' /C calc\'!A0', LONG];

test('any text of any row may be hostile', async ({ page }) => {
  // Every text that the program sends is replaced by an attack.
  await page.route('**/api/rows/**', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { columns?: string[]; rows?: unknown[][] };
    let n = 0;
    body.rows = body.rows?.map((row) => row.map((value, at) => (typeof value === 'string' && !/time|sent|_at$|^at$|created$|ended$|entered$|sha256|country$/.test(body.columns![at]!) ? NAMES[n++ % NAMES.length]! : value)));
    await route.fulfill({ response: answer, json: body });
  });
  for (const path of ['/', '/groups', '/accounts', '/material', '/devices', '/countries/ES', '/rows/messages', '/rows/known_hits', '/groups/x?tab=tree', '/groups/x?tab=stays', '/groups/x?tab=messages', '/accounts/x', '/devices?device=x', '/graph']) {
    await page.goto(path);
    await expect(page.locator('main h1').first()).toBeAttached();
    await ready(page);
    await inert(page);
    for (const link of await page.locator('main a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href ?? ''))) if (link) expect(String(link)).toMatch(/^http:\/\/127\.0\.0\.1|^\[object/);
  }
  await page.goto('/groups');
  await lines(page).first().click();
  await page.keyboard.press('o');
  await expect(page.getByRole('complementary', { name: 'Where does this come from?' })).toBeVisible();
  await inert(page);
});

test('what leaves by clipboard or CSV is no formula', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.route('**/api/rows/groups**', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { columns: string[]; rows: unknown[][] };
    body.rows = body.rows.map((row) => row.map((value, at) => (body.columns[at] === 'subject' ? '=HYPERLINK("x")' : value)));
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto('/groups');
  await expect(lines(page).first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('y');
  await expect(page.getByRole('status')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^'=HYPERLINK/);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  const text = await (await file.createReadStream()).toArray().then((parts) => Buffer.concat(parts as Buffer[]).toString('utf8'));
  expect(text).toContain('"\'=HYPERLINK(""x"")"');
});
