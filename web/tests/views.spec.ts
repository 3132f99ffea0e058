// What each view is for, done once as an analyst does it.

import { expect, lines, ready, test } from './place';

const group = async (page: import('@playwright/test').Page) => {
  const answer = await page.request.get('/api/rows/groups?columns=chat,subject&sort=-known_hits&limit=1');
  const { rows } = (await answer.json()) as { rows: [string, string][] };
  return { chat: rows[0]![0], subject: rows[0]![1] };
};

test('operation: a number opens its rows', async ({ page }) => {
  await page.goto('/');
  const hits = page.locator('.counts a', { hasText: 'known hits' });
  const shown = Number((await hits.locator('strong').innerText()).replaceAll(/\D/g, ''));
  expect(shown).toBeGreaterThan(0);
  await hits.click();
  await expect(page).toHaveURL(/\/rows\/known_hits/);
  await expect(page.locator('.size')).toContainText(new Intl.NumberFormat('en').format(shown));
});

test('groups: sorted, filtered, chosen; the address brings it all back', async ({ page }) => {
  await page.goto('/groups');
  await page.getByRole('columnheader', { name: 'Members' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=members/);
  await ready(page);
  const members = async () => (await lines(page).allInnerTexts()).map((text) => Number(text.split('\n')[1]));
  const sorted = await members();
  expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
  await page.keyboard.press('f');
  await page.getByLabel('Column', { exact: true }).selectOption('members');
  await page.getByLabel('Condition').selectOption('gte');
  await page.getByLabel('Value', { exact: true }).fill('45');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/w=members%3Agte%3A45/);
  await ready(page);
  expect((await members()).every((n) => n >= 45)).toBe(true);
  await lines(page).nth(1).click();
  await expect(page).toHaveURL(/sel=/);
  const row = await lines(page).nth(1).innerText();
  await page.reload();
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveText(row.replaceAll('\n', ''), { useInnerText: false });
});

test('group: busy days, stays, tree, messages with presence and context', async ({ page }) => {
  const { chat, subject } = await group(page);
  await page.goto(`/groups/${encodeURIComponent(chat)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(subject);
  await expect(page.locator('.uplot canvas')).toBeVisible();
  await expect(page.locator('tbody td').first()).toBeVisible();
  const box = (await page.locator('.u-over').boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/tab=messages&w=sent%3Agte/);
  await expect(lines(page).first()).toBeVisible();
  await lines(page).nth(2).click();
  await expect(page.locator('.context li.here')).toBeVisible();
  await expect(page.locator('.cells .s-live, .cells .s-deleted').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Stays' }).click();
  await expect(page.locator('.track .bar').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Invitations' }).click();
  await expect(page.getByRole('treeitem').first()).toBeVisible();
  const before = await page.getByRole('treeitem').count();
  await page.getByRole('tree').focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.getByRole('treeitem').count()).toBeLessThan(before);
});

test('person: counts by role open their rows; two are compared', async ({ page }) => {
  const answer = await page.request.get('/api/rows/doors?columns=person&where=chat:eq:all%20groups&sort=-opened_for&limit=2');
  const [a, b] = ((await answer.json()) as { rows: [string][] }).rows.map(([person]) => person);
  await page.goto(`/accounts/${encodeURIComponent(a!)}`);
  const added = page.locator('.counts a', { hasText: 'Added' });
  const n = Number((await added.locator('strong').innerText()).replaceAll(/\D/g, ''));
  await added.click();
  await expect(page.locator('.size')).toContainText(`${n} rows`);
  await page.goto(`/compare?a=${encodeURIComponent(a!)}`);
  await page.getByLabel('Person 2').fill(b!.split('@')[0]!);
  await page.getByRole('listbox', { name: 'Person 2' }).getByRole('option').first().click();
  await expect(page).toHaveURL(/b=/);
  await expect(page.getByRole('heading', { name: /Files that both sent/ })).toBeVisible();
});

test('graph: strongest ties, why, path, pin', async ({ page }) => {
  await page.goto('/graph');
  await expect(page.locator('.title')).toContainText(/[1-9][\d,]* persons/);
  await expect(page.locator('.sigma canvas').first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.locator('.ties li').first()).toBeVisible();
  await page.keyboard.press('a');
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'P', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('w');
  await expect(page.getByRole('heading', { name: 'Why are these linked?' })).toBeVisible();
  await page.locator('.why button').first().click();
  await expect(page.getByRole('complementary', { name: 'Where does this come from?' })).toBeVisible();
  await page.keyboard.press('Escape');
  for (let i = 0; i < 12; i++) await page.keyboard.press('j');
  await page.keyboard.press('b');
  await expect(page.locator('.path li').first()).toBeVisible();
  await expect(page).toHaveURL(/pf=.*pt=/);
});

test('material: a category by one key, taken back by another', async ({ page }) => {
  await page.goto('/material');
  await expect(lines(page).first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page).toHaveURL(/sha=[0-9a-f]{64}/);
  const sha = new URL(page.url()).searchParams.get('sha')!;
  await expect(page.locator('.detail')).toContainText(sha);
  await ready(page);
  // Keys are the list's, whatever the tables beside it show.
  await page.keyboard.press('j');
  await expect(page).not.toHaveURL(new RegExp(sha));
  await page.keyboard.press('k');
  await expect(page).toHaveURL(new RegExp(sha));
  await page.keyboard.press('4');
  await expect(page.getByRole('status')).toHaveText('Category 4 given');
  await expect(lines(page).first().locator('.given')).toHaveText('4');
  expect(new URL(page.url()).searchParams.get('sha')).not.toBe(sha);
  const decided = async () => ((await (await page.request.get(`/api/rows/decisions?columns=number,withdrawn_by&where=subject:eq:${sha}`)).json()) as { rows: [number, number | null][] }).rows;
  expect((await decided()).filter(([, by]) => by === null)).toHaveLength(1);
  await page.keyboard.press('u');
  await expect(page.getByRole('status')).toContainText('withdrawn');
  await expect.poll(async () => (await decided()).filter(([, by]) => by === null).length).toBe(0);
  expect(await page.locator('img, picture, video, audio').count()).toBe(0);
});

test('devices: owner, completeness, warnings', async ({ page }) => {
  await page.goto('/devices');
  await expect(lines(page)).toHaveCount(12);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/device=/);
  await expect(page.getByRole('tablist')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What was read' })).toBeVisible();
  await page.keyboard.press(']');
  await page.keyboard.press(']');
  await expect(page.getByRole('tab', { name: 'Warnings' })).toHaveAttribute('aria-selected', 'true');
  await ready(page);
});

test('search: as one types, exact, by facet, saved and replayed', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await page.keyboard.type('miel', { delay: 30 });
  await expect(page).toHaveURL(/\/search\?q=miel/);
  await expect(page.locator('.hit mark').first()).toHaveText(/miel/i);
  await page.locator('.facets a', { hasText: 'Spain' }).first().click();
  await expect(page).toHaveURL(/country=ES/);
  await expect(page.locator('.hit').first()).toBeVisible();
  await page.getByLabel('How to compare').selectOption('exact');
  await expect(page).toHaveURL(/mode=exact/);
  await expect(page.locator('.hit').first()).toBeVisible();
  await page.getByRole('button', { name: /Save/ }).first().click();
  const name = `honey ${Date.now()}`;
  await page.getByLabel('Name of the saved view').fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('Saved');
  await page.goto('/search');
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/q=miel.*country=ES.*mode=exact/);
  await expect(page.locator('.hit').first()).toBeVisible();
});

test('times: UTC is said, local bears its offset', async ({ page }) => {
  await page.goto('/rows/messages?w=sent%3Anotnull');
  const first = lines(page).first().locator('time').first();
  await expect(first).toContainText('UTC');
  await page.keyboard.press('z');
  await expect(first).toContainText(/\+0[12]:00/);
});

test('languages: the page says everything in each', async ({ page }) => {
  await page.goto('/groups');
  for (const [language, word] of [['es', 'Grupos'], ['pt', 'Grupos'], ['it', 'Gruppi'], ['de', 'Gruppen'], ['fr', 'Groupes'], ['en', 'Groups']] as const) {
    await page.locator('header select').first().selectOption(language);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(word);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
  }
});

test('long tables come by pages', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/api/rows/presence') && asked.push(request.url()));
  await page.goto('/rows/presence');
  await expect(lines(page).first()).toBeVisible();
  expect(await lines(page).count()).toBeLessThan(60);
  await page.locator('[role=grid]').focus();
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('End');
    await page.waitForTimeout(250);
  }
  expect(asked.some((url) => url.includes('cursor='))).toBe(true);
  expect(asked.every((url) => Number(new URL(url).searchParams.get('limit')) <= 200)).toBe(true);
  expect(await lines(page).count()).toBeLessThan(60);
});

test('what the program refuses is said in its words', async ({ page }) => {
  await page.goto('/rows/no_such_view');
  await expect(page.locator('main')).toContainText('This could not be answered');
  await page.goto('/nowhere/at/all');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing at this address');
});

test('leads: a kind is chosen, a row leads to its group or person', async ({ page }) => {
  await page.goto('/leads');
  await expect(lines(page).first()).toBeVisible();
  // Whether a trace stands in deleted bytes is seen without moving the table.
  await expect(page.getByRole('columnheader', { name: 'Found', exact: true })).toBeInViewport();
  await page.locator('.facets a').first().click();
  await expect(page).toHaveURL(/w=trace_kind%3Aeq%3A/);
  await expect(lines(page).first()).toBeVisible();
  await page.getByRole('tab', { name: 'Shared with others' }).click();
  await expect(page).toHaveURL(/tab=shared/);
  await expect(lines(page).first()).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Recovered' })).toBeVisible();
  await expect(page.locator('[role=alert]')).toHaveCount(0);
  await page.getByRole('tab', { name: 'All traces' }).click();
  await expect(lines(page).first()).toBeVisible();
});

test('recovered: copies in quotes, backups', async ({ page }) => {
  await page.goto('/recovered');
  await ready(page);
  for (const name of ['Copies in quotes', 'Only in a backup', 'Backups']) {
    await page.getByRole('tab', { name }).click();
    await ready(page);
    await expect(page.locator('[role=alert]')).toHaveCount(0);
  }
});
