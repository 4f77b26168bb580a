import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm start` has the console while the application is worked on. */
const running = 'http://127.0.0.1:4000';

/** Writes each file compressed beside itself, so that the server sends it without work. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }) {
    const assets = join(dir, 'assets');
    for (const name of readdirSync(assets).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const bytes = readFileSync(join(assets, name));
      writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params: quality }));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed],
  resolve: { conditions: ['@recapito/source', 'module', 'browser', 'production'] },
  build: {
    target: 'es2022',
    // What is a file stays one, and is kept by browsers for as long as its content stays.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Packages mark modules for React's server, which has no part in this.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  server: { proxy: { '/api': running, '/auth': running } },
});
