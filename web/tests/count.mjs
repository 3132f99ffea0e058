// Tests of the page that passed and failed, on one line. A run that left no results is one failure.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name) => {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, '../test-results', name), 'utf8'));
  } catch {
    return null;
  }
};
const units = read('units.json');
const browser = read('results.json');
let passed = 0;
let failed = 0;
if (units) {
  passed += units.numPassedTests;
  failed += units.numFailedTests || (units.success ? 0 : 1);
} else failed += 1;
if (browser) {
  passed += browser.stats.expected + browser.stats.flaky;
  failed += browser.stats.unexpected || (browser.errors.length ? 1 : 0);
} else failed += 1;
console.log(passed, failed);
