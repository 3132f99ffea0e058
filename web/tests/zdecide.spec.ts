// What a person decides on the page. Last of all files: every answer after a decision follows it.

import { expect, lines, test } from './place';

test('person: a country is decided, with a reason, and stands in the journal', async ({ page }) => {
  const answer = await page.request.get('/api/rows/accounts?columns=person&where=country:eq:ES&limit=1');
  const { rows } = (await answer.json()) as { rows: [string][] };
  // A slow answer must not take away what somebody has typed: the form stands when the accounts are known, not before.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/rows/persons?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/accounts/${encodeURIComponent(rows[0]![0])}?tab=decide`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByLabel('Reason', { exact: true })).toHaveCount(0);
  release();
  await page.getByLabel('Country', { exact: true }).fill('pt');
  await page.getByLabel('Reason', { exact: true }).fill('statement 7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('stands in the journal');
  await expect(lines(page).first()).toContainText('statement 7');
});
