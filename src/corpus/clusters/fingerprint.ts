// What the search for duplicates needs of one pack, without its texts: 200 bytes a document.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { ID_BYTES, type Pack } from '../pack.ts'
import { jsonSection, jsonText, type Sections, section } from '../sections.ts'
import type { ClusterSettings } from './settings.ts'

/** Raised with each change that could change one byte of a fingerprint. */
export const FINGERPRINT_VERSION = 1

export type Fingerprint = {
  readonly count: number
  readonly ids: Uint8Array
  /** Of one document; without any it resembles nothing. */
  readonly shingles: Uint32Array
  readonly sources: readonly string[]
  readonly source: Uint32Array
  readonly licences: readonly (string | null)[]
  readonly licence: Uint32Array
  /** The last year of its period, NaN where none was declared; and when its file was last changed. */
  readonly year: Float64Array
  readonly time: Float64Array
  /** The keys of one band, 64 bits each in two halves; the band after the last is the whole signature. */
  readonly band: (number: number) => { readonly low: Uint32Array; readonly high: Uint32Array }
}

/** The fingerprint of a pack from its documents and their signatures; damaged where those are not of this pack or have other parameters. */
export const fingerprintOf = (
  pack: Pack,
  signature: Sections,
  { bands, rows }: Pick<ClusterSettings, 'bands' | 'rows'>,
): Result<Sections, CorpusFailure> => {
  const minhash = section(signature, 'minhash', Uint32Array)
  const shingles = section(signature, 'shingles', Uint32Array)
  if (!minhash.ok) return minhash
  if (!shingles.ok) return shingles
  const width = pack.count === 0 ? bands * rows : minhash.value.length / pack.count
  if (!Number.isInteger(width) || width < bands * rows || shingles.value.length !== pack.count)
    return damaged(`a signature does not have ${bands * rows} hashes for each of the ${pack.count} documents of its pack`)
  const [sources, licences] = [new Numbering<string>(), new Numbering<string | null>()]
  const columns = { source: new Uint32Array(pack.count), licence: new Uint32Array(pack.count) }
  const dates = { year: new Float64Array(pack.count), time: new Float64Array(pack.count) }
  for (let index = 0; index < pack.count; index++) {
    const [origin, terms] = [pack.originOf(index), pack.termsAt(index)]
    columns.source[index] = sources.of(origin.source)
    columns.licence[index] = licences.of(terms.licence)
    dates.year[index] = lastYear(terms.period)
    dates.time[index] = origin.time
  }
  return ok(
    new Map<string, Uint8Array | Uint32Array | Float64Array>([
      ['tables', jsonSection({ sources: sources.values, licences: licences.values })],
      ['ids', pack.ids],
      ['shingles', shingles.value],
      ['source', columns.source],
      ['licence', columns.licence],
      ['year', dates.year],
      ['time', dates.time],
      ['keys', bandKeys(minhash.value, { count: pack.count, width, bands, rows })],
    ]),
  )
}

const tables = z.strictObject({ sources: z.array(z.string()), licences: z.array(z.string().nullable()) })

export const readFingerprint = (sections: Sections): Result<Fingerprint, CorpusFailure> => {
  const [head, ids] = [section(sections, 'tables', Uint8Array), section(sections, 'ids', Uint8Array)]
  const [shingles, source] = [section(sections, 'shingles', Uint32Array), section(sections, 'source', Uint32Array)]
  const [licence, keys] = [section(sections, 'licence', Uint32Array), section(sections, 'keys', Uint32Array)]
  const [year, time] = [section(sections, 'year', Float64Array), section(sections, 'time', Float64Array)]
  if (!(head.ok && ids.ok && shingles.ok && source.ok && licence.ok && keys.ok && year.ok && time.ok))
    return damaged('a fingerprint lacks a section')
  const json = parseJson(jsonText(head.value), { maxLength: head.value.length, maxDepth: 4 })
  const parsed = tables.safeParse(json.ok ? json.value : undefined)
  const count = shingles.value.length
  if (!parsed.success || ids.value.length !== count * ID_BYTES) return damaged('a fingerprint’s tables cannot be read')
  const column = (number: number) => keys.value.subarray(number * count, (number + 1) * count)
  return ok({
    count,
    ids: ids.value,
    shingles: shingles.value,
    source: source.value,
    licence: licence.value,
    year: year.value,
    time: time.value,
    ...parsed.data,
    band: (number) => ({ low: column(number * 2), high: column(number * 2 + 1) }),
  })
}

/** Values by the order in which they were first met. */
class Numbering<T> {
  readonly values: T[] = []
  private readonly known = new Map<T, number>()

  of(value: T): number {
    const found = this.known.get(value)
    if (found !== undefined) return found
    this.known.set(value, this.values.length)
    return this.values.push(value) - 1
  }
}

const lastYear = (period: string | null): number => Number(/(?:^|\/)(-?\d{1,4})$/.exec(period ?? '')?.[1] ?? Number.NaN)

/** Column by column, for a band is read by itself: low and high half of each band, and of the whole signature at the end. */
type Shape = { readonly count: number; readonly width: number; readonly bands: number; readonly rows: number }
const bandKeys = (minhash: Uint32Array, { count, width, bands, rows }: Shape): Uint32Array => {
  const keys = new Uint32Array(count * (bands + 1) * 2)
  for (let index = 0; index < count; index++) {
    const start = index * width
    for (let band = 0; band < bands; band++) {
      const from = start + band * rows
      keys[band * 2 * count + index] = mixed(minhash, from, from + rows, 0x9e3779b1)
      keys[(band * 2 + 1) * count + index] = mixed(minhash, from, from + rows, 0x85ebca77)
    }
    keys[bands * 2 * count + index] = mixed(minhash, start, start + bands * rows, 0x9e3779b1)
    keys[(bands * 2 + 1) * count + index] = mixed(minhash, start, start + bands * rows, 0x85ebca77)
  }
  return keys
}

/** MurmurHash3 (x86, 32 bits) of whole words, with the seed as the multiplier's companion; two seeds make one key of 64 bits. */
const mixed = (words: Uint32Array, from: number, to: number, seed: number): number => {
  let hash = seed
  for (let at = from; at < to; at++) {
    let word = Math.imul(words[at] as number, 0xcc9e2d51)
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    hash ^= word
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64
  }
  hash ^= (to - from) * 4
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
