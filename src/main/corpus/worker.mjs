// As main.mjs does for the first thread: what was compiled once is not compiled again, nor types stripped; half of a thread's start.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/allod'))
await import('./worker.ts')
