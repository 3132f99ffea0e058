// What a person decides on the page. Last of all files: every answer after a decision follows it.

import { expect, lines, test } from './place';

test('person: a country is decided, with a reason, and stands in the journal', async ({ page }) => {
  const answer = await page.request.get('/api/rows/accounts?columns=person&where=country:eq:ES&limit=1');
  const { rows } = (await answer.json()) as { rows: [string][] };
  await page.goto(`/accounts/${encodeURIComponent(rows[0]![0])}?tab=decide`);
  await page.getByLabel('Country', { exact: true }).fill('pt');
  await page.getByLabel('Reason', { exact: true }).fill('statement 7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('stands in the journal');
  await expect(lines(page).first()).toContainText('statement 7');
});
