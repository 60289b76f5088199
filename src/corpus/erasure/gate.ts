// What was erased does not come back: each text that is read is asked about before it is kept anywhere.
import type { Read } from '../pack.ts'
import { isRefusal, type Refusal } from '../read/reading.ts'
import type { ReadFile } from '../run/ingest.ts'
import { digestOf } from '../sections.ts'
import type { Tombstones } from './tombstones.ts'

/** The hashes of a text's shingles; undefined where it has none. */
export type Sign = (text: Uint8Array) => Uint32Array | undefined

const REASONS = {
  text: 'its text was erased, and is held back',
  place: 'what this record held was erased, and the record is held back',
  near: 'it is a near copy of what was erased, and is held back',
} as const

/** Reads as `readFile` does; what was erased becomes a refusal, which names no more than the place. `open` is asked once a file, and gives undefined where nothing was ever erased. */
export const holdingBack = (
  readFile: ReadFile,
  open: () => Promise<{ readonly tombstones: Tombstones; readonly sign: Sign } | undefined>,
): ReadFile =>
  async function* (file, context, part) {
    const gate = await open()
    for await (const found of readFile(file, context, part)) {
      const held = gate === undefined || isRefusal(found) ? undefined : refusalOf(found, gate.tombstones, gate.sign)
      yield held ?? found
    }
  }

const refusalOf = ({ text, origin }: Read, tombstones: Tombstones, sign: Sign): Refusal | undefined => {
  const as = tombstones.holdsBack(digestOf(text), origin, () => sign(text))
  return as && { offset: origin.offset, length: origin.length, name: '', reason: REASONS[as] }
}
