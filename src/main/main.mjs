// What was compiled once is not compiled at every start, nor are types stripped again: half of a start's CPU. Where the folder cannot be
// written, all is as without. INVARIANT: it lies with the code, so that whoever may write it may change the code anyway.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/allod'))
await import('./allod.ts')
