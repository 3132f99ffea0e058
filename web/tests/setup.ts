// Starts the program on an invented operation, and on the same one with names that attack the reader.
//
// CUSTODIA_BIN says where the program is. CUSTODIA_URL, the link of a running one, is used instead where it is set.

import { chromium, type FullConfig } from '@playwright/test';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHROMIUM } from '../playwright.config';
import { FILE } from './place';
import { HOSTILE_SUBJECT, HOSTILE_TEXT, sameLength } from './hostile';

const BIN = resolve(process.env.CUSTODIA_BIN ?? '../target/release/custodia');

function serve(folder: string): Promise<{ link: string; child: ChildProcess }> {
  return new Promise((done, failed) => {
    const child = spawn(BIN, ['serve', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (data: Buffer) => {
      said += data.toString();
      const link = /http:\/\/127\.0\.0\.1:\d+\/enter\?ticket=[\w.~-]+/.exec(said);
      // What pages need is computed once, ahead; tests measure the page and not that.
      if (link && /all pages are prepared/.test(said)) done({ link: link[0], child });
      else if (link) setTimeout(() => done({ link: link[0], child }), 90_000).unref();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.on('exit', (code) => failed(new Error(`custodia serve ended with ${code}: ${said}`)));
    setTimeout(() => failed(new Error(`custodia serve gave no link within 120 s: ${said}`)), 120_000).unref();
  });
}

/** Enters once; what the program gives the browser is kept for all tests. */
async function enter(link: string, state: string): Promise<string> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const context = await browser.newContext();
  const page = await context.newPage();
  const answer = await page.goto(link);
  if (!answer?.ok()) throw new Error(`${link} answered ${answer?.status()}`);
  await context.storageState({ path: state });
  await browser.close();
  return new URL(link).origin;
}

/** Puts words of the same length in UTF-8 over others in a database that is a plain file. */
function plant(database: string, words: [string, string][]): number {
  const bytes = readFileSync(database);
  let planted = 0;
  for (const [old, text] of words) {
    const [from, to] = [Buffer.from(old), Buffer.from(sameLength(text, Buffer.byteLength(old)))];
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) {
      to.copy(bytes, at);
      planted += 1;
    }
  }
  writeFileSync(database, bytes);
  return planted;
}

export default async function setup(_: FullConfig): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'custodia-page-'));
  const children: ChildProcess[] = [];
  const end = () => {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const place = { base: '', state: join(folder, 'state.json'), hostile: '', hostileState: join(folder, 'hostile.json'), folder };
    if (process.env.CUSTODIA_URL) {
      place.base = await enter(process.env.CUSTODIA_URL, place.state);
      writeFileSync(place.hostileState, '{}');
    } else {
      if (!existsSync(BIN)) throw new Error(`${BIN} is not there: cargo build --release -p custodia, or set CUSTODIA_BIN`);
      const run = (...words: string[]) => execFileSync(BIN, words, { stdio: ['ignore', 'ignore', 'inherit'] });
      run('demo', join(folder, 'demo'));
      const first = await serve(join(folder, 'demo/case'));
      children.push(first.child);
      place.base = await enter(first.link, place.state);

      cpSync(join(folder, 'demo/operation'), join(folder, 'bad'), { recursive: true });
      const subject = process.env.HOSTILE_OVER ?? 'Recetas de la abuela (2)';
      let planted = 0;
      for (const phone of ['CR-001', 'PT-001', 'CO-001']) {
        const database = join(folder, 'bad/devices', phone, 'data/data/com.whatsapp/databases/msgstore.db');
        if (existsSync(database)) planted += plant(database, [[subject, HOSTILE_SUBJECT], ['Otra vez llueve en la panader', HOSTILE_TEXT]]);
      }
      if (!planted) throw new Error('no words to put hostile ones over: the invented operation has changed');
      writeFileSync(join(folder, 'three.csv'), readFileSync(join(folder, 'bad/exhibits.csv'), 'utf8').split('\n').filter((line, at) => !at || /^(CR|PT|CO)-001/.test(line)).map((line) => line.replace(',devices/', `,${join(folder, 'bad/devices')}/`)).join('\n') + '\n');
      run('examine', join(folder, 'badcase'), '--manifest', join(folder, 'three.csv'));
      const second = await serve(join(folder, 'badcase'));
      children.push(second.child);
      place.hostile = await enter(second.link, place.hostileState);
    }
    writeFileSync(FILE, JSON.stringify(place));
  } catch (error) {
    end();
    throw error;
  }
  return end;
}
