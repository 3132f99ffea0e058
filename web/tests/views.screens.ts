// Pictures of each view at the small operation.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import UPNG from 'upng-js';
import { expect, ready, test } from './place';

const OUT = join(import.meta.dirname, '../../docs/screens');

/** A picture of few colours: a page has few, and a repository keeps every picture for ever. */
function keep(name: string, png: Buffer, colours = 64): void {
  const image = UPNG.decode(new Uint8Array(png).buffer);
  writeFileSync(join(OUT, `${name}.png`), Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, colours)));
}

test('screens', async ({ page }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 1280, height: 760 });
  const get = async (url: string) => ((await (await page.request.get(url)).json()) as { rows: string[][] }).rows[0]![0]!;
  const group = encodeURIComponent(await get('/api/rows/groups?columns=chat&sort=-known_hits&limit=1'));
  const person = encodeURIComponent(await get('/api/rows/doors?columns=person&where=chat:eq:all%20groups&sort=-opened_for&limit=1'));
  const shots: [string, string, string[]][] = [
    ['operation', '/', []], ['groups', '/groups', ['j', 'j', 'o']], ['group', `/groups/${group}`, []], ['stays', `/groups/${group}?tab=stays`, []], ['invitations', `/groups/${group}?tab=tree`, []],
    ['messages', `/groups/${group}?tab=messages`, ['j', 'j', 'j']], ['person', `/accounts/${person}`, []], ['graph', '/graph', ['j']], ['material', '/material', ['j', 'j']],
    ['devices', '/devices', []], ['search', '/search?q=miel', []], ['country', '/countries/ES', []], ['recovered', '/recovered', []], ['leads', '/leads', []],
  ];
  for (const [name, path, keys] of shots) {
    await page.goto(path);
    await expect(page.locator('main h1').first()).toBeAttached();
    await ready(page);
    if (name === 'graph') await expect(page.locator('.title')).toContainText(/[1-9]\d* persons/);
    for (const key of keys) await page.keyboard.press(key);
    await ready(page);
    await page.waitForTimeout(name === 'graph' ? 5000 : 700);
    keep(name, await page.screenshot(), name === 'graph' ? 24 : 64);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  await expect(page.locator('svg a').first()).toBeVisible();
  keep('operation-dark', await page.screenshot());
});
