// The whole way without a mouse.

import { expect, lines, ready, test } from './place';

test('every view, a group, a row’s origin, help: keys alone', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.counts a').first()).toBeVisible();
  for (const [letter, path] of [['a', '/accounts'], ['r', '/graph'], ['m', '/material'], ['d', '/devices'], ['s', '/search'], ['c', '/countries'], ['t', '/rows'], ['o', '/'], ['g', '/groups']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter!);
    await expect(page).toHaveURL((url) => url.pathname === path);
    await expect(page.locator('main h1')).toBeVisible();
  }
  await ready(page);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(page.locator('[role=grid]').first()).toBeFocused();
  await expect(lines(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('o');
  const panel = page.getByRole('complementary', { name: 'Where does this come from?' });
  await expect(panel).toContainText('A group, however many phones saw it.');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/groups\/.+/);
  await expect(page.getByRole('tablist')).toBeVisible();
  await page.keyboard.press(']');
  await expect(page.getByRole('tab', { name: 'Stays' })).toHaveAttribute('aria-selected', 'true');
  await ready(page);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog');
  await expect(help).toContainText('Where does this come from?');
  // Keys of one character can be switched off, as WCAG 2.1.4 wants.
  await help.getByRole('checkbox').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  const url = page.url();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  expect(page.url()).toBe(url);
});

test('tab reaches the content over the skip link, and the map’s countries', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('svg a').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
  let seen = false;
  for (let i = 0; i < 24 && !seen; i++) {
    await page.keyboard.press('Tab');
    seen = await page.evaluate(() => document.activeElement?.closest('svg') !== null);
  }
  expect(seen).toBe(true);
});
