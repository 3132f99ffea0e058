// Frames per second of the graph while 10,000 invented persons are moved, without a graphics card: software draws WebGL.
//
//   node bench/graph.mjs http://127.0.0.1:PORT/enter?ticket=… [--cookie NAME=VALUE] [--dist FOLDER] [--persons 10000] [--ties 20000]
//                        [--profile FILE] [--picture FILE]
//
// The link is that of a running `custodia serve`; with a cookie, its origin is enough. `--dist` takes the page from a folder and not
// from the program. A frame counts where the graph was drawn anew in it: a frame in which nothing moved is none. One line of JSON
// says: frames a second while panning, zooming and dragging a person, the longest that the page's thread was held at once while
// moving and while the layout runs, and how long until the persons stand.

import { chromium } from '@playwright/test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { invented } from './invented.mjs';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { cookie: { type: 'string' }, dist: { type: 'string' }, persons: { type: 'string', default: '10000' }, ties: { type: 'string', default: '20000' }, profile: { type: 'string' }, picture: { type: 'string' } },
});
const link = positionals[0];
if (!link) throw new Error('usage: node bench/graph.mjs LINK [--cookie NAME=VALUE] [--dist FOLDER]');

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png' };
// What the program says to the browser (crates/custodia/src/serve/headers.rs).
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'] });
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, locale: 'en-GB', reducedMotion: 'no-preference' });
  const origin = new URL(link).origin;
  if (given.cookie) {
    const [name, ...value] = given.cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: origin }]);
  }
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  if (!given.cookie) {
    const answer = await page.goto(link);
    if (!answer?.ok()) throw new Error(`${link} answered ${answer?.status()}: a link works once, take a fresh one`);
  }
  const body = JSON.stringify(invented(Number(given.persons), Number(given.ties)));
  await context.route('**/api/graph?*', (route) => route.fulfill({ contentType: 'application/json', body }));
  if (given.dist) {
    await context.route((url) => !url.pathname.startsWith('/api/') && url.pathname !== '/enter', (route) => {
      const path = new URL(route.request().url()).pathname;
      const file = extname(path) ? join(given.dist, path) : join(given.dist, 'index.html');
      if (!existsSync(file)) return route.fulfill({ status: 404 });
      return route.fulfill({ contentType: TYPES[extname(file)] ?? 'application/octet-stream', headers: { 'content-security-policy': POLICY }, body: readFileSync(file) });
    });
  }

  // Counts the frames that drew, and the longest task of the page's thread.
  await page.addInitScript(() => {
    const count = { drawn: 0, frames: 0, longest: 0, gap: 0, stood: 0 };
    let drew = false;
    for (const kind of [WebGL2RenderingContext, WebGLRenderingContext]) {
      for (const name of ['drawArrays', 'drawArraysInstanced', 'drawElements']) {
        const draw = kind.prototype[name];
        if (!draw) continue;
        kind.prototype[name] = function (...words) {
          if (this.canvas.classList?.contains('sigma-nodes')) drew = true;
          return draw.apply(this, words);
        };
      }
    }
    let [last, before] = [0, 0];
    const frame = (now) => {
      count.frames += 1;
      if (before) count.stood = Math.max(count.stood, now - before);
      before = now;
      if (drew) {
        count.drawn += 1;
        if (last) count.gap = Math.max(count.gap, now - last);
      }
      last = drew ? now : last;
      drew = false;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) count.longest = Math.max(count.longest, entry.duration);
    }).observe({ type: 'longtask', buffered: true });
    window.bench = { count, reset: () => ((last = before = 0), Object.assign(count, { drawn: 0, frames: 0, longest: 0, gap: 0, stood: 0 })) };
  });
  const reset = () => page.evaluate(() => void window.bench.reset());
  const read = () => page.evaluate(() => ({ ...window.bench.count }));
  const round = (n) => Math.round(n * 10) / 10;

  const session = await context.newCDPSession(page);
  if (given.profile) {
    await session.send('Profiler.enable');
    await session.send('Profiler.start');
  }
  await page.goto(`${origin}/graph`);
  // From here on the answer is drawn and laid out.
  const button = (name) => page.getByRole('button', { name, exact: true }).waitFor({ timeout: 120_000 });
  await button('Stop');
  const opened = await page.evaluate(() => performance.now());
  const opening = await read();
  await reset();
  await button('Lay out');
  const laid = { seconds: round((await page.evaluate(() => performance.now()) - opened) / 1000), longest: Math.round((await read()).longest) };
  await page.waitForTimeout(1000);
  if (given.picture) await page.screenshot({ path: given.picture });

  const size = (await page.locator('.title').innerText()).replace(/\s+/g, ' ');
  const box = await page.locator('.sigma').boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };

  /** Moves for some seconds, a step as often as a mouse says it; answers frames a second. */
  async function moving(seconds, step) {
    await page.waitForTimeout(500);
    await reset();
    const start = performance.now();
    for (let i = 0; performance.now() - start < seconds * 1000; i++) {
      const next = performance.now() + 12;
      await step(i);
      const rest = next - performance.now();
      if (rest > 0) await new Promise((done) => setTimeout(done, rest));
    }
    const took = (performance.now() - start) / 1000;
    const count = await read();
    return { fps: round(count.drawn / took), longest: Math.round(count.longest), gap: Math.round(count.gap) };
  }
  /** How long the page stands still to draw what rests. */
  async function settle() {
    await reset();
    await page.waitForTimeout(1500);
    const { longest, stood } = await read();
    return { longest: Math.round(longest), stood: Math.round(stood) };
  }
  const circle = (i) => page.mouse.move(middle.x + 150 * Math.sin(i / 15), middle.y + 150 * (1 - Math.cos(i / 15)));
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  const pan = await moving(4, circle);
  await page.mouse.up();
  const rest = await settle();
  const hover = await moving(2, circle);
  const zoom = await moving(4, (i) => page.mouse.wheel(0, Math.floor(i / 40) % 2 ? 120 : -120));
  await page.waitForTimeout(1500);

  // A person is taken where the picture has one: the chosen one stands in the middle.
  await page.keyboard.press('j');
  await page.locator('.ties li').first().waitFor();
  await page.waitForTimeout(1500);
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  const drag = await moving(4, (i) => page.mouse.move(middle.x + 60 * Math.sin(i / 15), middle.y + 60 * (1 - Math.cos(i / 15))));
  await page.mouse.up();
  await page.waitForTimeout(800);
  const pinned = await page.getByRole('button', { name: 'P', exact: true }).getAttribute('aria-pressed');
  // Step from person to person, then move the slider of times.
  await reset();
  const steps = [];
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    await page.keyboard.press('j');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    steps.push(performance.now() - start);
    await page.waitForTimeout(400);
  }
  const step = { median: Math.round(steps.sort((a, b) => a - b)[5]), longest: Math.round((await read()).longest) };
  await reset();
  const slider = page.getByRole('slider', { name: 'To' });
  await slider.focus();
  for (let i = 0; i < 20; i++) await page.keyboard.press('PageDown');
  await page.waitForTimeout(500);
  const time = { longest: Math.round((await read()).longest) };
  if (given.profile) {
    const { profile } = await session.send('Profiler.stop');
    writeFileSync(given.profile, JSON.stringify(profile));
  }
  console.log(JSON.stringify({ size, open: Math.round(opening.longest), layout: laid, pan, rest, hover, zoom, drag, step, time, dragged: pinned === 'true', wrong }));
} finally {
  await browser.close();
}
