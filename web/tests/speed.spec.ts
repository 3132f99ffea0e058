// First load: how much comes over the wire, and when the page answers. The numbers are printed.

import { expect, test } from './place';

test('first load is small and fast', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let wire = 0;
  session.on('Network.loadingFinished', (event) => (wire += event.encodedDataLength));
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('.counts a').first()).toBeVisible();
  const ready = await page.evaluate(() => performance.now());
  await expect(page.locator('svg a').first()).toBeVisible();
  const map = await page.evaluate(() => performance.now());
  await page.waitForLoadState('load');
  console.log(`first load: ${Math.round(wire / 1000)} kB over the wire, counts after ${Math.round(ready)} ms, map after ${Math.round(map)} ms`);
  expect(wire).toBeLessThan(300_000);
  expect(ready).toBeLessThan(process.env.CI ? 5000 : 2500);
});
