// Which language a text is in: accuracy and documents per second of the model that ships, beside the detectors of npm, on the same samples.
//   node bench/language.ts SAMPLES.jsonl [PEERS]
// SAMPLES: lines `{"lang": …, "text": …}`. PEERS: a folder with eld, tinyld, franc, cld3-asm and fasttext.wasm.js in its `node_modules`
// (`npm install --ignore-scripts --prefix PEERS eld tinyld franc cld3-asm fasttext.wasm.js`); those that are missing are left out.
// Prints a table, or JSON with --json. Times are CPU time of this process, the best of several rounds; each detector is asked in its own way:
// ours gets bytes, the others get strings.
import { existsSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isJsonObject, parseJson } from '../src/core/json.ts'
import { Identifier } from '../src/corpus/language/identify.ts'
import { decodeModel } from '../src/corpus/language/model.ts'
import { shippedModel } from '../src/corpus/language.ts'
import { machineSince } from './machine.ts'

type Sample = { readonly language: string; readonly text: string; readonly bytes: Uint8Array }
/** Gives a code of two or three letters; undefined where it does not know. */
type Detect = (sample: Sample) => string | undefined | Promise<string | undefined>
type Row = {
  readonly name: string
  readonly macro: number
  readonly supported: number
  readonly worst: readonly string[]
  readonly perSecond: number
  readonly megabytes: number
}

const ROUNDS = 5
const samplesIn = (file: string): readonly Sample[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = parseJson(line)
      if (!row.ok || !isJsonObject(row.value)) throw new Error(`${file} has a line that is no object`)
      const text = String(row.value.text)
      return { language: String(row.value.lang), text, bytes: new TextEncoder().encode(text) }
    })

const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Codes of three letters as the samples have them: of two. Norwegian, Chinese and Swahili have several. */
const normal = (code: string | undefined): string => {
  if (code === undefined || code === '') return 'und'
  const short = code.toLowerCase().split(/[-_]/)[0] ?? 'und'
  return ALIASES[short] ?? (short.length === 3 ? (new Intl.Locale(short).language ?? short) : short)
}
const ALIASES: Readonly<Record<string, string>> = { cmn: 'zh', ekk: 'et', lvs: 'lv', swh: 'sw', arb: 'ar', no: 'nb', iw: 'he' }

const measure = async (name: string, samples: readonly Sample[], detect: Detect): Promise<Row> => {
  const right = new Map<string, { right: number; all: number }>()
  for (const sample of samples) {
    const counted = right.get(sample.language) ?? { right: 0, all: 0 }
    counted.all++
    if (normal(await detect(sample)) === sample.language) counted.right++
    right.set(sample.language, counted)
  }
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const before = cpu()
    for (const sample of samples) {
      const answer = detect(sample)
      if (answer instanceof Promise) await answer
    }
    best = Math.min(best, cpu() - before)
  }
  const shares = [...right].map(([language, counted]) => [language, counted.right / counted.all] as const)
  const mean = (some: readonly (readonly [string, number])[]) => some.reduce((sum, [, share]) => sum + share, 0) / some.length
  const bytes = samples.reduce((sum, each) => sum + each.bytes.length, 0)
  const worst = shares.toSorted(([, one], [, other]) => one - other).slice(0, 4)
  return {
    name,
    macro: mean(shares),
    // A language of which not one sample is right is taken for one that the detector does not have.
    supported: mean(shares.filter(([, share]) => share > 0)),
    worst: worst.map(([language, share]) => `${language} ${Math.round(share * 100)}`),
    perSecond: Math.round((samples.length / best) * 1e6),
    megabytes: bytes / best,
  }
}

const ours = (): Detect => {
  const model = decodeModel(shippedModel().bytes, 'the model that ships')
  if (!model.ok) throw new Error(model.error.message)
  const identifier = new Identifier(model.value, null)
  return ({ bytes }) => identifier.languages[identifier.identify(bytes).language]
}

/** How each of the others is loaded and asked, as its own documentation has it. */
const PEERS: Readonly<Record<string, (load: (path: string) => Promise<Record<string, never>>) => Promise<Detect>>> = {
  eld: async (load) => {
    const { eld } = (await load('src/entries/static.medium.js')) as unknown as { eld: { detect(text: string): { language: string } } }
    return ({ text }) => eld.detect(text).language
  },
  tinyld: async (load) => {
    const { detect } = (await load('dist/tinyld.normal.node.mjs')) as unknown as { detect(text: string): string }
    return ({ text }) => detect(text)
  },
  franc: async (load) => {
    const { franc } = (await load('index.js')) as unknown as { franc(text: string): string }
    return ({ text }) => franc(text)
  },
  'cld3-asm': async (load) => {
    const { loadModule } = (await load('dist/cjs/index.js')) as unknown as {
      loadModule(): Promise<{ create(least: number, most: number): { findLanguage(text: string): { language: string } } }>
    }
    // Its own default asks for 140 bytes, and most samples are shorter.
    const identifier = (await loadModule()).create(0, 1000)
    return ({ text }) => identifier.findLanguage(text).language
  },
  'fasttext.wasm.js': async (load) => {
    const { getLIDModel } = (await load('dist/main/node.mjs')) as unknown as {
      getLIDModel(): Promise<{ load(): Promise<void>; identify(text: string): Promise<{ alpha2: string | null; alpha3: string }> }>
    }
    const model = await getLIDModel()
    await model.load()
    return async ({ text }) => {
      const { alpha2, alpha3 } = await model.identify(text)
      return alpha2 ?? alpha3
    }
  },
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true })
const [file, peers] = positionals
if (file === undefined) throw new Error('usage: node bench/language.ts SAMPLES.jsonl [PEERS] [--json]')
const samples = samplesIn(file)
const loadAtStart = loadavg()
const rows = [await measure('allod', samples, ours())]
for (const [name, open] of Object.entries(PEERS)) {
  const folder = peers === undefined ? undefined : join(resolve(peers), 'node_modules', name)
  if (folder === undefined || !existsSync(folder)) continue
  const detect = await open(async (path) => import(pathToFileURL(join(folder, path)).href))
  rows.push(await measure(name, samples, detect))
}
const languages = new Set(samples.map(({ language }) => language)).size
if (values.json)
  process.stdout.write(`${JSON.stringify({ samples: samples.length, languages, rows, machine: machineSince(loadAtStart) })}\n`)
else {
  process.stdout.write(`${samples.length} samples in ${languages} languages, node ${process.version}\n`)
  process.stdout.write('| detector | macro % | of its languages % | worst | documents/s | MB/s |\n| --- | --- | --- | --- | --- | --- |\n')
  for (const { name, macro, supported, worst, perSecond, megabytes } of rows)
    process.stdout.write(
      `| ${name} | ${(macro * 100).toFixed(1)} | ${(supported * 100).toFixed(1)} | ${worst.join(', ')} | ${perSecond} | ${megabytes.toFixed(1)} |\n`,
    )
}
