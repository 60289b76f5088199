import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'
import { geometry } from './build/geometry.ts'
import { layers } from './build/layers.ts'
import { licences } from './build/licences.ts'
import { words } from './build/words.ts'

/** How the console is built: files below `/console/`, each named by its content, nothing inlined (the page allows no inline script or style). */
export const configuration: InlineConfig = {
  configFile: false,
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), words(), layers(), geometry(), licences()],
  resolve: { alias: { '@allod/verifier': `${import.meta.dirname}/../verifier/src/index.ts` } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    manifest: true,
    // What every page needs is one file: a request for each small part costs more than its bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'frame', tags: ['$initial'] }] } } },
  },
  logLevel: 'warn',
}

/** The verifier as one file, to be kept and run by whoever trusts neither this page nor this exchange. */
export const verifier: InlineConfig = {
  configFile: false,
  build: {
    target: 'es2023',
    outDir: `${import.meta.dirname}/dist`,
    emptyOutDir: false,
    minify: false,
    lib: { entry: `${import.meta.dirname}/../verifier/src/index.ts`, formats: ['es'], fileName: () => 'allod-verifier.mjs' },
  },
  logLevel: 'warn',
}
