import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'
import { geometry } from './build/geometry.ts'
import { layers } from './build/layers.ts'
import { words } from './build/words.ts'

/** How the console is built: files below `/console/`, each named by its content, nothing inlined (the page allows no inline script or style). */
export const configuration: InlineConfig = {
  configFile: false,
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), words(), layers(), geometry()],
  resolve: { alias: { '@allod/verifier': `${import.meta.dirname}/../verifier/src/index.ts` } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
  },
  logLevel: 'warn',
}
