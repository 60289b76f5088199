// Builds the console into `dist`: every file, a brotli copy where that is shorter, and the list of them all.
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'vite'
import { configuration, verifier } from '../vite.config.ts'
import { buildOffline } from './offline.ts'
import { writePreloads } from './preloads.ts'

const COMPRESSED = /\.(?:js|css|html|svg|json|webmanifest)$/
const SMALLEST = 1024

const dist = join(import.meta.dirname, '..', 'dist')
await build(configuration)
writePreloads(dist)
await build(verifier)
await buildOffline(dist)
const files = globSync('**/*', { cwd: dist }).filter((name) => statSync(join(dist, name)).isFile())
for (const name of files.filter((each) => COMPRESSED.test(each))) {
  const plain = readFileSync(join(dist, name))
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
  if (plain.length > SMALLEST && brotli.length < plain.length) writeFileSync(join(dist, `${name}.br`), brotli)
}
writeFileSync(join(dist, 'files.txt'), `${files.sort().join('\n')}\n`)
