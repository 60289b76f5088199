// Why documents are not in the corpus, one JSON line each.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { OUTCOMES } from '../clusters/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { ID_BYTES, type Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import { type Digest, jsonText, type Sections, section } from '../sections.ts'
import { type Dropped, droppedLine } from './dropped.ts'
import { namesIn, openPlaces } from './examine.ts'
import { blockKey, explanationKey, fingerprintKey, type Search, selectionKey } from './keys.ts'

type Failing<T> = Result<T, CorpusFailure>

/** The lines of one pack, as the section `lines` of a step. A pack of which nothing was dropped is not opened. */
export const explainPack = (search: Search, pack: Digest, clusters: Digest | null, storage: CorpusStorage): Failing<Digest> => {
  const key = explanationKey(search, pack, clusters)
  if (storage.has('steps', key)) return ok(key)
  const judged = judgementsOf(search, pack, storage)
  const doubles = clusters === null ? ok([]) : duplicatesOf(search, { pack, clusters }, storage)
  if (!judged.ok) return judged
  if (!doubles.ok) return doubles
  const verdicts = [...judged.value, ...doubles.value].sort((a, b) => a.index - b.index)
  const lines = verdicts.length === 0 ? ok('') : linesOf(verdicts, openPlaces(storage, pack))
  const written = lines.ok ? storage.write('steps', key, new Map([['lines', Buffer.from(lines.value)]])) : lines
  return written.ok ? ok(key) : written
}

/** What a rule, or the search for duplicates, said of one document. */
type Verdict = Pick<Dropped, 'rule' | 'value' | 'threshold' | 'language' | 'more' | 'kept'> & { readonly index: number }

const linesOf = (verdicts: readonly Verdict[], pack: Failing<Pack>): Failing<string> => {
  if (!pack.ok) return pack
  const lines = verdicts.map(({ index, ...verdict }) => {
    const { source, file, offset, length, name } = pack.value.originOf(index)
    return droppedLine({ source, file, offset, length, name, document: pack.value.idOf(index), ...verdict })
  })
  return ok(lines.join(''))
}

const judgementsOf = (search: Search, pack: Digest, storage: CorpusStorage): Failing<readonly Verdict[]> => {
  const key = blockKey(search, pack, 'judge')
  if (key === undefined) return ok([])
  const judged = storage.read('steps', key)
  if (!judged.ok) return judged
  const [names, languages] = [namesIn(judged.value, 'rules'), namesIn(judged.value, 'languages')]
  const [rule, language] = [section(judged.value, 'rule', Uint16Array), section(judged.value, 'language', Uint16Array)]
  const [value, threshold] = [section(judged.value, 'value', Float32Array), section(judged.value, 'threshold', Float32Array)]
  if (!(names.ok && languages.ok && rule.ok && language.ok && value.ok && threshold.ok))
    return damaged(`the judgement of pack \`${pack}\` lacks a section`)
  const further = furtherRules(judged.value)
  if (!further.ok) return further
  const verdicts: Verdict[] = []
  rule.value.forEach((broken, index) => {
    if (broken === 0) return
    verdicts.push({
      index,
      rule: names.value[broken] ?? 'unknown',
      value: shortest(value.value[index]),
      threshold: shortest(threshold.value[index]),
      language: languages.value[language.value[index] ?? 0] ?? 'und',
      ...further.value(index),
    })
  })
  return ok(verdicts)
}

/** The rules that a document broke besides the first. */
const furtherRules = (judged: Sections): Failing<(index: number) => Pick<Verdict, 'more'>> => {
  const bytes = section(judged, 'more', Uint8Array)
  if (!bytes.ok) return bytes
  const json = parseJson(jsonText(bytes.value), { maxLength: bytes.value.length, maxDepth: 8 })
  const rows = further.safeParse(json.ok ? json.value : undefined)
  if (!rows.success) return damaged('section `more` of a judgement cannot be read')
  return ok((index) => {
    const more = rows.data[index]?.map(([rule, value, threshold]) => ({ rule, value: shortest(value), threshold: shortest(threshold) }))
    return more === undefined ? {} : { more }
  })
}
/** What is no number stands as null in JSON. */
const measured = z.number().nullable()
const further = z.record(z.string(), z.array(z.tuple([z.string(), measured, measured])))

const [NEAR, SAME_TEXT] = [OUTCOMES.indexOf('near'), OUTCOMES.indexOf('same text')]

const duplicatesOf = (
  search: Search,
  { pack, clusters }: { readonly pack: Digest; readonly clusters: Digest },
  storage: CorpusStorage,
): Failing<readonly Verdict[]> => {
  const selected = storage.read('steps', selectionKey(clusters, pack))
  if (!selected.ok) return selected
  const [packs, outcome] = [namesIn(selected.value, 'packs'), section(selected.value, 'outcome', Uint8Array)]
  const [keeperPack, keeperIndex] = [
    section(selected.value, 'keeper-pack', Uint32Array),
    section(selected.value, 'keeper-index', Uint32Array),
  ]
  const similarity = section(selected.value, 'similarity', Float64Array)
  if (!(packs.ok && outcome.ok && keeperPack.ok && keeperIndex.ok && similarity.ok))
    return damaged(`the selection of pack \`${pack}\` lacks a section`)
  const ids = new KeptIds(search, packs.value as readonly Digest[], storage)
  const verdicts: Verdict[] = []
  for (const [index, what] of outcome.value.entries()) {
    if (what !== NEAR && what !== SAME_TEXT) continue
    const kept = ids.at(keeperPack.value[index] ?? 0, keeperIndex.value[index] ?? 0)
    if (!kept.ok) return kept
    const value = shortest(similarity.value[index])
    verdicts.push({
      index,
      rule: what === NEAR ? 'near-duplicate' : 'duplicate',
      value,
      threshold: search.settings.threshold,
      kept: kept.value,
    })
  }
  return ok(verdicts)
}

/** Ids of documents in other packs, from their fingerprints: those are short, and hold no text. */
class KeptIds {
  private readonly search: Search
  private readonly packs: readonly Digest[]
  private readonly storage: CorpusStorage
  private readonly known = new Map<number, Uint8Array>()

  constructor(search: Search, packs: readonly Digest[], storage: CorpusStorage) {
    this.search = search
    this.packs = packs
    this.storage = storage
  }

  at(pack: number, index: number): Failing<Digest> {
    const known = this.known.get(pack)
    const ids = known === undefined ? this.read(pack) : ok(known)
    if (!ids.ok) return ids
    this.known.set(pack, ids.value)
    return ok(Buffer.from(ids.value.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)).toString('hex') as Digest)
  }

  private read(pack: number): Failing<Uint8Array> {
    const digest = this.packs[pack]
    const key = digest === undefined ? undefined : fingerprintKey(this.search, digest)
    if (key === undefined) return damaged('a selection names a pack that is not there')
    const fingerprint: Failing<Sections> = this.storage.read('steps', key)
    return fingerprint.ok ? section(fingerprint.value, 'ids', Uint8Array) : fingerprint
  }
}

const FLOAT_DIGITS = 7
/** A number as it was meant, and not as its 32 bits unfold: 0.3, not 0.30000001192092896. What is no number is 0. */
const shortest = (number: number | null | undefined): number =>
  typeof number !== 'number' || !Number.isFinite(number) ? 0 : Number(number.toPrecision(FLOAT_DIGITS))
