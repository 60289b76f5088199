// What licences of texts say, as data: which rows there are is `factbook/corpus-licences.yaml`, and what the owner adds.
import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import { type Alternative, parseExpression } from './expression.ts'
import { VERDICTS } from './verdict.ts'

const word = z.enum(VERDICTS)
const traits = z.strictObject({
  /** Copied in order to learn from it. */
  learn: word,
  /** Handed on as it is. */
  share: word,
  /** Handed on altered, or melted into one work. */
  adapt: word,
  commercial: word,
  /** Whether its author must be named where it is handed on. */
  attribution: z.boolean(),
  /** Under which licences an altered whole may go; null where any will do. */
  alike: z.array(z.string().min(1)).nullable(),
})
export type Traits = z.output<typeof traits>

const row = traits.extend({
  ids: z.array(z.string().min(1)).min(1),
  title: z.string().min(1),
  source: z.string().min(1),
  asOf: z.iso.date(),
  evidence: z.enum(['declared', 'documented']),
  note: z.string().optional(),
})
const file = z.strictObject({ licences: z.array(row), later: z.record(z.string(), z.array(z.string())) })

export type Licence = Traits & { readonly id: string; readonly title: string; readonly source: string }
export type LicenceBook = {
  /** By id in lower case: SPDX compares so. */
  readonly licences: ReadonlyMap<string, Licence>
  /** Which licences `…+` and `…-or-later` let one choose, by id in lower case. */
  readonly later: ReadonlyMap<string, readonly string[]>
}

/** Reads decoded rows; a later list of rows wins over an earlier one, so the owner's own stand last. */
export const parseLicences = (...lists: readonly unknown[]): Result<LicenceBook, CorpusFailure> => {
  const licences = new Map<string, Licence>()
  const later = new Map<string, readonly string[]>()
  for (const list of lists) {
    const parsed = file.safeParse(list)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return err({ kind: 'unusable', message: `the licences cannot be read: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` })
    }
    for (const { ids, title, source, asOf: _asOf, evidence: _evidence, note: _note, ...rest } of parsed.data.licences)
      for (const id of ids) licences.set(id.toLowerCase(), { id, title, source, ...rest })
    for (const [id, choices] of Object.entries(parsed.data.later)) later.set(id.toLowerCase(), choices)
  }
  return ok({ licences, later })
}

/** What an expression says: the ways to take it, each with the licences that then bind, and the ids that no row knows. */
export type Reading = {
  readonly ways: readonly (readonly Licence[])[]
  /** Licences of ways that cannot be judged. */
  readonly strange: readonly string[]
  /** The licensor granted nothing. */
  readonly none: boolean
}
const UNREAD: Reading = { ways: [], strange: [], none: false }

/** Reads what a document declares. What no row knows is strange, and permits nothing. */
export const readLicence = (declared: string | null, book: LicenceBook): Reading => {
  if (declared === null || declared === 'NOASSERTION') return UNREAD
  if (declared === 'NONE') return { ...UNREAD, none: true }
  const parsed = parseExpression(declared)
  if (!parsed.ok) return { ...UNREAD, strange: [declared] }
  const ways: Licence[][] = []
  const strange = new Set<string>()
  for (const alternative of parsed.value.flatMap((each) => widened(each, book))) {
    const found = alternative.map((id) => book.licences.get(id.toLowerCase()))
    const known = found.filter((each) => each !== undefined)
    if (known.length === alternative.length) ways.push(known)
    alternative.forEach((id, index) => {
      if (found[index] === undefined) strange.add(id)
    })
  }
  return { ways, strange: [...strange].sort(), none: false }
}

const MOST_WAYS = 256
/** `GPL-2.0-or-later` is the choice among the versions from 2 on. */
const widened = (alternative: Alternative, book: LicenceBook): readonly Alternative[] => {
  let all: readonly Alternative[] = [[]]
  for (const id of alternative) {
    const choices = book.later.get(id.toLowerCase()) ?? [id.endsWith('+') && !book.licences.has(id.toLowerCase()) ? id.slice(0, -1) : id]
    all = all.flatMap((left) => choices.map((choice) => [...left, choice])).slice(0, MOST_WAYS)
  }
  return all
}
