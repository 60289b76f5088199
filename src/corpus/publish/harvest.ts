// What a data set is made of: the rows that the steps of a run left, pack by pack.
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Labels } from '../coverage/target.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import type { Pack } from '../pack.ts'
import { type Finding, findingsOf } from '../personal-data.ts'
import { jsonText, type Sections, section } from '../sections.ts'
import type { Terms } from '../terms.ts'
import { clean, marksText, modeOf, type Replacing } from './replace.ts'
import type { Cell, ColumnName, DatasetRow } from './row.ts'

/** One pack, and what was found of its documents. */
export type Found = {
  readonly pack: Pack
  /** Sections of the blocks `language` and `personal-data`; undefined where the run does not have the block. */
  readonly language: Sections | undefined
  readonly personalData: Sections | undefined
  /** Whether the data set has the document, and how many it stands for, itself among them. */
  readonly keeps: (index: number) => boolean
  readonly standsFor: (index: number) => number
}

/** All packs, always in the same order; one is held at a time. A failure ends it. */
export type Harvest = () => Iterable<Result<Found, CorpusFailure>>

/** A row, and what is counted of it: its terms, and the personal data that were found in it. */
export type Reaped = { readonly row: DatasetRow; readonly terms: Terms; readonly findings: readonly Finding[] }

/** The rows that a pack gives to a data set. */
export const reap = function* (found: Found, replacing: Replacing): Generator<Result<Reaped, CorpusFailure>, void> {
  const { pack } = found
  const languages = languagesOf(found)
  if (!languages.ok) return yield languages
  const findings = found.personalData === undefined ? ok(new Map<number, readonly Finding[]>()) : findingsOf(found.personalData)
  if (!findings.ok) return yield findings
  const mode = modeOf(replacing)
  for (let index = 0; index < pack.count; index++) {
    if (!found.keeps(index)) continue
    const own = findings.value.get(index) ?? []
    const { text, marks } = clean(pack.textOf(index), own, mode)
    const terms = pack.termsAt(index)
    const cells = new Map<ColumnName, Cell>([
      ...languages.value(index),
      ...termsCells(terms),
      ...originCells(pack, index),
      ['cluster', pack.idOf(index)],
      ['cluster_size', found.standsFor(index)],
      ['personal_data', marksText(marks)],
    ])
    yield ok({ row: { id: pack.idOf(index), text, cells }, terms, findings: own })
  }
}

/** What a document is counted by: its language as identified, the rest as declared. */
export const labelsOf = (found: Found): Result<(index: number) => Labels, CorpusFailure> => {
  const languages = languagesOf(found)
  if (!languages.ok) return languages
  return ok((index) => {
    const { region, domain, register, period } = found.pack.termsAt(index)
    const [[, language = null] = []] = languages.value(index)
    return { language: language === null ? null : String(language), region, domain, register, period }
  })
}

type Cells = readonly (readonly [ColumnName, Cell])[]

const languagesOf = ({ pack, language }: Found): Result<(index: number) => Cells, CorpusFailure> => {
  // What nobody identified is as it was declared.
  if (language === undefined) return ok((index) => [['language', pack.termsAt(index).language ?? 'und']])
  const [names, found, scores] = [
    section(language, 'languages', Uint8Array),
    section(language, 'language', Uint16Array),
    section(language, 'score', Float32Array),
  ]
  for (const each of [names, found, scores]) if (!each.ok) return each
  if (!(names.ok && found.ok && scores.ok)) return damaged('the languages of a pack lack a section')
  const listed = parseJson(jsonText(names.value))
  if (!listed.ok || !Array.isArray(listed.value)) return damaged('the languages of a pack cannot be read')
  const codes = listed.value.map(String)
  return ok((index) => [
    ['language', codes[found.value[index] ?? 0] ?? 'und'],
    // Six digits are what a 32-bit number has for sure, and what every reader writes alike.
    ['language_score', Number((scores.value[index] ?? 0).toFixed(6))],
  ])
}

export const termsCells = (terms: Terms): Cells => {
  const { licence, owner, attribution, jurisdiction, region, domain, register, period, consent, reservation } = terms
  return [
    ['licence', licence],
    ['owner', owner],
    ['attribution', attribution],
    ['legal_basis', terms.legalBasis],
    ['jurisdiction', jurisdiction],
    ['restrictions', terms.restrictions.length === 0 ? null : [...terms.restrictions].sort().join(' ')],
    ['consent', consent === null ? null : [...consent.scope].sort().join(' ')],
    ['consent_expires', consent?.expires ?? null],
    ['reservation', reservation === null ? null : `${reservation.found} ${reservation.reserved ? 'reserved' : 'free'} ${reservation.asOf}`],
    ['region', region],
    ['domain', domain],
    ['register', register],
    ['period', period],
  ]
}

const originCells = (pack: Pack, index: number): Cells => {
  const { source, file, digest, time, offset, length, name } = pack.originOf(index)
  return [
    ['source', source],
    ['origin_file', file],
    ['origin_digest', digest],
    ['origin_time', time],
    ['origin_offset', offset],
    ['origin_length', length],
    ['origin_name', name],
  ]
}
