import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'hono'

/** The built console: every file, and the same compressed with brotli where that is shorter, by its path below `/console/`. */
export type ConsoleFiles = {
  readonly files: ReadonlyMap<string, { readonly plain: Buffer; readonly brotli?: Buffer }>
  readonly preloads: Preloads
}

/** By the path of a page, what it needs besides what every page does: links for a header (RFC 8288), and those for the words of each language. */
export type Preloads = ReadonlyMap<string, { readonly links: readonly string[]; readonly words: ReadonlyMap<string, readonly string[]> }>

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

/** Reads what the build wrote: `files.txt` lists it. Empty where nothing was built. */
export const readConsoleFiles = (folder: string): ConsoleFiles => {
  const lines = (name: string): string[] => {
    const path = join(folder, name)
    return existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : []
  }
  const files = lines('files.txt').map((name) => {
    const plain = readFileSync(join(folder, name))
    const compressed = join(folder, `${name}.br`)
    return [name, existsSync(compressed) ? { plain, brotli: readFileSync(compressed) } : { plain }] as const
  })
  const preloads = lines('preload.txt').map((line) => {
    const [path = '', ...needed] = line.split(' ')
    const words = Map.groupBy(
      needed.filter((each) => WORDS.test(each)),
      (each) => each.slice(0, each.indexOf(':')),
    )
    const linksTo = (names: readonly string[]): readonly string[] => names.map((name) => preload(name.replace(WORDS, '')))
    const links = linksTo(needed.filter((each) => !WORDS.test(each)))
    return [path, { links, words: new Map([...words].map(([language, names]) => [language, linksTo(names)])) }] as const
  })
  return { files: new Map(files), preloads: new Map(preloads) }
}
const WORDS = /^[a-z]{2}:/
const preload = (name: string): string => `</console/${name}>; rel=${name.endsWith('.css') ? 'preload; as=style' : 'modulepreload'}`

/** A file of the build, or the page itself: which of its pages is meant is decided in the browser. */
export const sendFile = ({ files, preloads }: ConsoleFiles, context: Context): Response => {
  const asked = context.req.path.slice('/console/'.length)
  const isAsset = extname(asked) !== ''
  const name = isAsset ? asked : 'index.html'
  const file = files.get(name)
  if (file === undefined) return isAsset ? context.text('there is no such file', 404) : context.html(NOT_BUILT, 503)
  const isHashed = name.startsWith('assets/')
  const link = isAsset ? '' : linkOf(preloads, `/${asked}`, context.req.header('accept-language') ?? '')
  const takesBrotli = /\bbr\b/.test(context.req.header('accept-encoding') ?? '')
  const body = takesBrotli && file.brotli !== undefined ? file.brotli : file.plain
  return context.body(new Uint8Array(body), 200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: isAsset ? 'accept-encoding' : 'accept-encoding, accept-language',
    ...(link === '' ? {} : { link }),
    ...(body === file.brotli ? { 'content-encoding': 'br' } : {}),
  })
}

/** The words of the first language of the browser's that there is, else English: whoever chose another here waits a little longer for them. */
const linkOf = (preloads: Preloads, path: string, languages: string): string => {
  const found = preloads.get(path)
  if (found === undefined) return ''
  const wanted = languages.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase())
  const language = wanted.find((tag) => found.words.has(tag)) ?? 'en'
  return [...found.links, ...(found.words.get(language) ?? [])].join(', ')
}
