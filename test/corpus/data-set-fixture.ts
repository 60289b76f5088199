// Packs, findings and a law to publish with, for tests: texts of the Universal Declaration and made-up ones.

import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { formatNote, noteMessage, type VerifierKey, verifierKey } from '#verifier'
import { ok } from '../../src/core/result.ts'
import type { Day } from '../../src/core/units.ts'
import { APPROXIMATION } from '../../src/corpus/coverage/tokens.ts'
import { parseLicences } from '../../src/corpus/law/licences.ts'
import type { Law } from '../../src/corpus/law/rules.ts'
import { Pack, PackBuilder } from '../../src/corpus/pack.ts'
import type { Building } from '../../src/corpus/publish/build.ts'
import type { Found, Harvest } from '../../src/corpus/publish/harvest.ts'
import { type ManifestStatement, manifestNote } from '../../src/corpus/publish/manifest.ts'
import { type Digest, jsonSection, type Sections } from '../../src/corpus/sections.ts'
import { type Terms, UNKNOWN_TERMS } from '../../src/corpus/terms.ts'
import { decodeYaml } from '../../src/facts/yaml-rows.ts'

export type Given = {
  readonly text: string
  readonly terms?: Partial<Terms>
  readonly source?: string
  readonly file?: string
  readonly name?: string
  readonly language?: string
  readonly offset?: number
}

const rows = decodeYaml(readFileSync(new URL('../../factbook/corpus-licences.yaml', import.meta.url), 'utf8'))
const book = parseLicences(rows.ok && rows.value)
if (!book.ok) throw new Error(book.error.message)
export const LAW: Law = { book: book.value, atHome: (place) => place === 'SI' }
export const DAY = '2026-11-22' as Day
export const TIME = Date.parse('2025-03-04T05:06:07Z')

/** One pack of these texts. */
export const packOf = (given: readonly Given[]): Pack => {
  const builder = new PackBuilder()
  for (const { text, terms, source = 'laws', file = 'a.jsonl', name = '', offset = 0 } of given) {
    const bytes = Buffer.from(text)
    const digest = createHash('sha256').update(file).digest('hex') as Digest
    builder.add({
      text: bytes,
      origin: { source, file, digest, time: TIME, offset, length: bytes.length, name },
      terms: { ...UNKNOWN_TERMS, licence: 'CC-BY-4.0', owner: 'Ministry', domain: 'law', ...terms },
    })
  }
  const pack = Pack.of(builder.sections())
  if (!pack.ok) throw new Error(pack.error.message)
  return pack.value
}

/** What the identifier would say. */
export const languagesOf = (given: readonly Given[]): Sections => {
  const languages = ['und', ...new Set(given.flatMap(({ language }) => language ?? []))]
  const at = Uint16Array.from(given, ({ language }) => Math.max(0, languages.indexOf(language ?? 'und')))
  const score = Float32Array.from(given, () => 0.9)
  return new Map<string, Uint8Array | Uint16Array | Float32Array>([
    ['languages', jsonSection(languages)],
    ['language', at],
    ['score', score],
    ['second', new Uint16Array(given.length)],
    ['second-score', new Float32Array(given.length)],
  ])
}

/** E-mail addresses, as the block would find them. */
export const personalOf = (pack: Pack): Sections => {
  const spans: [number, number, number][] = []
  for (let index = 0; index < pack.count; index++)
    for (const match of Buffer.from(pack.textOf(index))
      .toString('latin1')
      .matchAll(/\S+@\S+\w/g))
      spans.push([index, match.index, match.index + match[0].length])
  return new Map<string, Uint8Array | Uint16Array | Uint32Array | Float32Array>([
    ['classes', jsonSection(['email'])],
    ['document', Uint32Array.from(spans, ([document]) => document)],
    ['start', Uint32Array.from(spans, ([, start]) => start)],
    ['end', Uint32Array.from(spans, ([, , end]) => end)],
    ['class', new Uint16Array(spans.length)],
    ['score', new Float32Array(spans.length).fill(1)],
  ])
}

export const foundOf = (given: readonly Given[]): Found => {
  const pack = packOf(given)
  return { pack, language: languagesOf(given), personalData: personalOf(pack), keeps: () => true, standsFor: () => 1 }
}
export const harvestOf =
  (...packs: readonly (readonly Given[])[]): Harvest =>
  () =>
    packs.map((given) => ok(foundOf(given)))

/** All of a building but its rows' way to the disk. */
export const BUILDING: Omit<Building, 'harvest' | 'writer'> = {
  replacing: { mode: 'redact', modes: {}, keyed: () => new Uint8Array(32) },
  purpose: { uses: ['publish', 'train'], day: DAY, law: LAW },
  rates: APPROXIMATION,
  facts: (source) => ({ kind: 'public-data-set', title: source, address: null }),
}

/** A key of a log that there is none of. */
export const newSigner = (): { readonly key: VerifierKey; sign(statement: ManifestStatement): string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const key = verifierKey('log.example', 'ed25519', new Uint8Array(raw))
  const sign = (statement: ManifestStatement): string => {
    const text = manifestNote(key.name, statement)
    return formatNote({
      text,
      signatures: [{ name: key.name, id: key.id, signature: new Uint8Array(signBytes(null, noteMessage(text), privateKey)) }],
    })
  }
  return { key, sign }
}
