// Taking documents out of what is kept: packs are written anew without them, and everything that names them goes.
import { canonicalJson, isJsonObject, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { ID_BYTES, type Pack, PackBuilder } from '../pack.ts'
import type { PackMade } from '../run/task.ts'
import { type Digest, fileOf, jsonSection, jsonText, type Numbers, type Sections, type SectionsFile, section } from '../sections.ts'

export type Rewritten = { readonly file: SectionsFile; readonly made: PackMade }

/** The pack without some of its documents; undefined where none is left. */
export const withoutDocuments = (pack: Pack, gone: ReadonlySet<number>): Rewritten | undefined => {
  const builder = new PackBuilder()
  let bytes = 0
  for (let index = 0; index < pack.count; index++) {
    if (gone.has(index)) continue
    const text = pack.textOf(index)
    builder.add({ text, origin: pack.originOf(index), terms: pack.termsAt(index) })
    bytes += text.length
  }
  if (builder.count === 0) return undefined
  const file = fileOf(builder.sections())
  return { file, made: { pack: file.digest, documents: builder.count, bytes } }
}

/** The step of a slice, naming the new packs where it named the old ones; undefined where it names none of them. */
export const withoutPacks = (
  slice: Sections,
  rewritten: ReadonlyMap<Digest, PackMade | undefined>,
): Result<Sections | undefined, CorpusFailure> => {
  const head = section(slice, 'head', Uint8Array)
  if (!head.ok) return head
  const json = parseJson(jsonText(head.value), { maxLength: head.value.length, maxDepth: 8 })
  if (!json.ok || !isJsonObject(json.value) || !Array.isArray(json.value.packs)) return damaged('the step of a slice names no packs')
  const packs: readonly unknown[] = json.value.packs
  const packOf = (made: unknown): Digest => String((made as { pack?: unknown }).pack) as Digest
  if (!packs.some((made) => rewritten.has(packOf(made)))) return ok(undefined)
  const next = packs.flatMap((made) => {
    if (!rewritten.has(packOf(made))) return [made]
    const now = rewritten.get(packOf(made))
    return now === undefined ? [] : [now]
  })
  return ok(new Map([...slice, ['head', jsonSection({ ...json.value, packs: next })]]))
}

/** Whether a step names one of these documents: as a row of ids, or in words. */
export const namesDocument = (sections: Sections, ids: ReadonlySet<Digest>): boolean => {
  for (const [name, numbers] of sections) {
    if (!(numbers instanceof Uint8Array)) continue
    const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    if (name === 'ids' ? hasRow(bytes, ids) : hasWord(bytes, ids)) return true
  }
  return false
}

const hasRow = (bytes: Buffer, ids: ReadonlySet<Digest>): boolean => {
  for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES)
    if (ids.has(bytes.toString('hex', at, at + ID_BYTES) as Digest)) return true
  return false
}
const ID = /[0-9a-f]{64}/g
const hasWord = (bytes: Buffer, ids: ReadonlySet<Digest>): boolean => {
  for (const [id] of bytes.toString('latin1').matchAll(ID)) if (ids.has(id as Digest)) return true
  return false
}

/**
 * What of clusters may stay: verified pairs of texts that stay, so that the next search need not verify them again. Who stays for whom is gone, for that
 * is another question now.
 */
export const pairsWithout = (clusters: Sections, gone: ReadonlySet<Digest>): Result<Sections, CorpusFailure> => {
  const [head, ids] = [section(clusters, 'head', Uint8Array), section(clusters, 'ids', Uint8Array)]
  const [left, right] = [section(clusters, 'left', Uint32Array), section(clusters, 'right', Uint32Array)]
  const similarity = section(clusters, 'pair-similarity', Float64Array)
  if (!(head.ok && ids.ok && left.ok && right.ok && similarity.ok)) return damaged('clusters lack a section')
  const bytes = Buffer.from(ids.value.buffer, ids.value.byteOffset, ids.value.byteLength)
  const rows = new Map<number, number>()
  const kept: Buffer[] = []
  for (let row = 0; row * ID_BYTES < bytes.length; row++) {
    const id = bytes.subarray(row * ID_BYTES, (row + 1) * ID_BYTES)
    if (!gone.has(id.toString('hex') as Digest)) rows.set(row, kept.push(id) - 1)
  }
  const pairs = [...left.value.keys()].filter((pair) => rows.has(left.value[pair] as number) && rows.has(right.value[pair] as number))
  const rowsOf = (column: Uint32Array) => Uint32Array.from(pairs, (pair) => rows.get(column[pair] as number) ?? 0)
  return ok(
    new Map<string, Numbers>([
      ['head', head.value],
      ['ids', Buffer.concat(kept)],
      ['left', rowsOf(left.value)],
      ['right', rowsOf(right.value)],
      ['pair-similarity', Float64Array.from(pairs, (pair) => similarity.value[pair] as number)],
    ]),
  )
}

/** Lines of `dropped.jsonl` that name none of these documents, and were not read where they were. */
export const linesWithout = (lines: string, isGone: (line: { readonly [name: string]: unknown }) => boolean): string =>
  lines
    .split('\n')
    .filter((line) => {
      const value = parseJson(line)
      return line !== '' && !(value.ok && isJsonObject(value.value) && isGone(value.value))
    })
    .map((line) => `${line}\n`)
    .join('')

/** A record of a source, as one text: what two lines have in common that tell of one. */
export const placeName = (source: unknown, file: unknown, offset: unknown): string =>
  canonicalJson([String(source), String(file), String(offset)])
