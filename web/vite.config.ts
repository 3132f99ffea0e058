import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Writes `.br` and `.gz` beside each asset, so that the program compresses nothing while it answers. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle(options) {
      const folders = [options.dir!, join(options.dir!, 'assets')];
      for (const folder of folders) {
        for (const name of readdirSync(folder)) {
          if (!/\.(js|css|html|json|svg)$/.test(name)) continue;
          const bytes = readFileSync(join(folder, name));
          const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
          writeFileSync(join(folder, name + '.br'), br);
          writeFileSync(join(folder, name + '.gz'), gzipSync(bytes, { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), packed()],
  build: {
    target: 'es2022',
    // Nothing is inlined: the program's content security policy allows files of its own origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: { proxy: { '/api': process.env.CUSTODIA_URL ?? 'http://127.0.0.1:4800', '/enter': process.env.CUSTODIA_URL ?? 'http://127.0.0.1:4800' } },
  test: { include: ['src/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
