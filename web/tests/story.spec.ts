// From the map to a group, to the one who opened the door, to the source row, to that country's accounts.

import { expect, lines, ready, test } from './place';

test('from the map to the source row and to a country’s accounts', async ({ page }) => {
  await page.goto('/');
  const country = page.locator('svg a').filter({ has: page.locator('path') }).first();
  await expect(country).toBeVisible();
  const label = (await country.getAttribute('aria-label'))!;
  await country.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/countries\/[A-Z]{2}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(label.split(':')[0]!);

  // Its groups, and one of them.
  await page.getByRole('tab', { name: 'Groups' }).click();
  await page.locator('main ul li a').first().click();
  await expect(page).toHaveURL(/\/groups\/.+tab=members/);
  await expect(lines(page).first()).toBeVisible();

  // Who opened the door: the tree, where the top has most below.
  await page.getByRole('tab', { name: 'Invitations' }).click();
  const entered = page.getByRole('treeitem').filter({ has: page.locator('time') }).first();
  await entered.click();
  await page.keyboard.press('o');

  // The source row.
  const panel = page.getByRole('complementary', { name: 'Where does this come from?' });
  await expect(panel).toContainText('Source row');
  await expect(panel.locator('.cells tr').first()).toBeVisible();
  await expect(panel.getByLabel('hex').last()).toBeVisible();
  const origin = (await panel.locator('.source').first().getAttribute('data-origin'))!;
  expect(origin).toMatch(/^[^:]+:\/.+#\w+\/\d+$/);
  await panel.getByRole('link', { name: 'Permanent link' }).first().click();
  await expect(page).toHaveURL(/\/source\?origin=/);
  await expect(page.getByText('Source row')).toBeVisible();

  // Back to the one who let in, and from there to the accounts of that country.
  await page.goBack();
  await expect(page.getByRole('treeitem').first()).toBeVisible();
  await page.getByRole('treeitem').filter({ hasText: 'below' }).first().getByRole('link').click();
  await expect(page).toHaveURL(/\/accounts\//);
  await page.locator('.title a[href^="/countries/"]').click();
  await ready(page);
  await expect(page.locator('main [role=columnheader]', { hasText: 'Reason' })).toBeVisible();
  await expect(lines(page).first()).toContainText('dialling code');
});
