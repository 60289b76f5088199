// What each page needs besides the frame, so that the exchange can tell the browser with the first byte: else its files would be asked for one after the other.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Chunk = { readonly file: string; readonly css?: readonly string[]; readonly imports?: readonly string[] }
type Manifest = Readonly<Record<string, Chunk>>

const PAGES = join(import.meta.dirname, '..', 'src', 'pages.tsx')
const PAGE = /path: '([^':*]+)',[^}]*?page\(\[([^\]]*)\][^}]*?import\('\.\/(pages\/[^']+)'\)/gs
const AREA = /'([^']+)'/g
/** Whose words the frame speaks on every page. */
const FRAME = ['shell', 'ui']
const INDEX = 'index.html'
/** Who shows the world needs its borders, which are loaded beside the code that draws them. */
const [DRAWS, WORLD] = [/\/small-map-/, /\/_virtual_world-/]

/** Writes `preload.txt`: a page's path in each line, and the files that it needs; those of one language as `en:file`. */
export const writePreloads = (dist: string): void => {
  const folder = join(dist, '.vite')
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest
  // The page itself names what every page needs.
  const page = readFileSync(join(dist, INDEX), 'utf8')
  const world = Object.values(manifest).find(({ file }) => WORLD.test(file))?.file
  const lines = [...readFileSync(PAGES, 'utf8').matchAll(PAGE)].map(([, path = '', areas = '', source = '']) => {
    const files = [...filesOf(manifest, `src/${source}`)].filter((file) => !page.includes(file))
    const needsWorld = world !== undefined && files.some((file) => DRAWS.test(file))
    const spoken = [...FRAME, ...[...areas.matchAll(AREA)].map(([, area = '']) => area)]
    return [path, ...files, ...(needsWorld ? [world] : []), ...wordsOf(manifest, spoken)].join(' ')
  })
  writeFileSync(join(dist, 'preload.txt'), `${lines.join('\n')}\n`)
  rmSync(folder, { recursive: true })
}

const WORDS = /^src\/words\/([a-z]{2})\/(.+)\.json$/
const wordsOf = (manifest: Manifest, areas: readonly string[]): readonly string[] =>
  Object.entries(manifest).flatMap(([name, { file }]) => {
    const [, language = '', area = ''] = WORDS.exec(name) ?? []
    return areas.includes(area) ? [`${language}:${file}`] : []
  })

const filesOf = (manifest: Manifest, name: string, found = new Set<string>()): Set<string> => {
  const chunk = manifest[name]
  if (chunk === undefined || found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const file of chunk.css ?? []) found.add(file)
  for (const each of chunk.imports ?? []) filesOf(manifest, each, found)
  return found
}
