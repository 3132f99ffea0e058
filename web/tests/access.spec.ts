// WCAG 2.2 AA as far as a machine can tell, on every view, light and dark.

import AxeBuilder from '@axe-core/playwright';
import { expect, ready, test } from './place';

const chat = async (page: import('@playwright/test').Page) => {
  const answer = await page.request.get('/api/rows/groups?columns=chat,creator&sort=-known_hits&limit=10');
  const { rows } = (await answer.json()) as { rows: [string, string | null][] };
  return [encodeURIComponent(rows[0]![0]), encodeURIComponent(rows.find(([, creator]) => creator)?.[1] ?? 'x')] as const;
};

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test(`no violation on any view, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(600_000);
      const [group, person] = await chat(page);
      const places = ['/', '/groups', '/accounts', '/graph', '/material', '/devices', '/devices?device=ES-001', '/search?q=miel', '/countries', '/countries/ES', '/rows', '/rows/messages', '/compare', `/groups/${group}`, `/groups/${group}?tab=stays`, `/groups/${group}?tab=tree`, `/groups/${group}?tab=messages`, `/groups/${group}?tab=ledger`, `/accounts/${person}`, '/nowhere'];
      const wrong: string[] = [];
      for (const path of places) {
        await page.goto(path);
        await expect(page.locator('main h1').first()).toBeAttached();
        await ready(page);
        if (['/groups', '/material'].includes(path)) {
          await page.keyboard.press('j');
          await page.keyboard.press('o');
          await page.waitForTimeout(300);
        }
        if (path === '/graph') await page.keyboard.press('j');
        await page.waitForTimeout(200);
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        wrong.push(...found.violations.map((one) => `${path}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`));
      }
      expect(wrong).toEqual([]);
      await page.goto('/groups');
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      const help = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
      expect(help.violations.map((one) => one.id)).toEqual([]);
    });
  });
}
