import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'hono'

/** The built console: every file, and the same compressed with brotli where that is shorter, by its path below `/console/`. */
export type ConsoleFiles = ReadonlyMap<string, { readonly plain: Buffer; readonly brotli?: Buffer }>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}
const NOT_BUILT = '<!doctype html><title>Allod</title><p>The console is not built. Run <code>npm run build</code>.'

/** Reads what the build wrote: `index.json` lists it. Empty where nothing was built. */
export const readConsoleFiles = (folder: string): ConsoleFiles => {
  const list = join(folder, 'files.txt')
  if (!existsSync(list)) return new Map()
  return new Map(
    readFileSync(list, 'utf8')
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => {
        const plain = readFileSync(join(folder, name))
        const compressed = join(folder, `${name}.br`)
        return [name, existsSync(compressed) ? { plain, brotli: readFileSync(compressed) } : { plain }]
      }),
  )
}

/** A file of the build, or the page itself: which of its pages is meant is decided in the browser. */
export const sendFile = (files: ConsoleFiles, context: Context): Response => {
  const asked = context.req.path.slice('/console/'.length)
  const isAsset = extname(asked) !== ''
  const name = isAsset ? asked : 'index.html'
  const file = files.get(name)
  if (file === undefined) return isAsset ? context.text('there is no such file', 404) : context.html(NOT_BUILT, 503)
  const isHashed = name.startsWith('assets/')
  const takesBrotli = /\bbr\b/.test(context.req.header('accept-encoding') ?? '')
  const body = takesBrotli && file.brotli !== undefined ? file.brotli : file.plain
  return context.body(new Uint8Array(body), 200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(body === file.brotli ? { 'content-encoding': 'br' } : {}),
  })
}
