// A graph of 10,000 persons opens, is moved, and one of them is opened, where software draws WebGL.
// How smooth that is: bench/graph.mjs.

import { invented } from '../bench/invented.mjs';
import { expect, test } from './place';

test('a graph of 10,000 persons: laid out, moved, a person chosen, dragged and folded', async ({ page }) => {
  test.setTimeout(120_000);
  const graph = invented(10_000, 20_000);
  await page.route('**/api/graph?*', (route) => route.fulfill({ json: graph }));
  await page.goto('/graph');
  await expect(page.locator('.title')).toContainText('9,653 persons, 20,000 ties');
  // The page answers while the worker lays out; then it is stopped.
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Lay out' })).toBeVisible();

  const box = (await page.locator('.sigma').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const picture = () => page.locator('.sigma').screenshot();
  const before = await picture();
  await page.mouse.move(x + 200, y - box.height / 2 + 12);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) await page.mouse.move(x + 200 - i * 12, y - box.height / 2 + 12);
  await page.mouse.up();
  expect((await picture()).equals(before)).toBe(false);
  await expect(page).not.toHaveURL(/person=/);

  // The one with most ties stands in the middle after `j`: there the mouse finds them, and takes them along.
  await page.keyboard.press('j');
  await expect(page).toHaveURL(/person=/);
  const person = new URL(page.url()).searchParams.get('person');
  await expect(page.locator('.ties li').first()).toBeVisible();
  await page.waitForTimeout(700);
  await page.mouse.click(box.x + 20, box.y + 20);
  await expect(page).not.toHaveURL(/person=/);
  // Two clicks in a row would be a double one.
  await page.waitForTimeout(500);
  await page.mouse.click(x, y);
  await expect.poll(() => new URL(page.url()).searchParams.get('person')).toBe(person);
  const pinned = page.getByRole('button', { name: 'P', exact: true });
  await expect(pinned).toHaveAttribute('aria-pressed', 'false');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 30, { steps: 5 });
  await page.mouse.up();
  await expect(pinned).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'F', exact: true })).toHaveAttribute('aria-pressed', 'true');

  // Fewer kinds, fewer ties.
  await page.getByRole('checkbox', { name: 'same groups' }).uncheck();
  await expect(page.locator('.title')).not.toContainText('20,000 ties');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/person=/);
});
