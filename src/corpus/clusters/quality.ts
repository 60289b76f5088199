import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { MEASURE_AT, MEASURES } from '../kernel/measures.ts'
import { type Sections, section } from '../sections.ts'
import type { ClusterSettings } from './settings.ts'

/** What documents of one pack are preferred by when all else is equal: one measure of what the block `quality` made of it. */
export const qualityOf = (measured: Sections, measure: ClusterSettings['quality']): Result<Float32Array, CorpusFailure> => {
  const values = section(measured, 'values', Float32Array)
  if (!values.ok) return values
  const documents = values.value.length / MEASURES.length
  if (!Number.isInteger(documents)) return damaged('quality measures have another number of columns than they have names')
  return ok(Float32Array.from({ length: documents }, (_, index) => values.value[index * MEASURES.length + MEASURE_AT[measure]] as number))
}
