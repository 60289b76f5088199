// From what a run left to the parts of a manifest: rows are written and counted in one pass.
import { ok, type Result } from '../../core/result.ts'
import type { Day } from '../../core/units.ts'
import type { TokenRates } from '../coverage/tokens.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Group } from '../law/inherit.ts'
import { type Answer, may } from '../law/may.ts'
import { judge, type Law } from '../law/rules.ts'
import type { Terms, Use } from '../terms.ts'
import { type Harvest, type Reaped, reap } from './harvest.ts'
import type { RowWriter } from './ports.ts'
import { isAltering, type Replacing } from './replace.ts'
import { rowEntry } from './row.ts'
import { type SourceFacts, Tally } from './tally.ts'

/** What a data set must be good for, and when and where that is asked. */
export type Purpose = { readonly uses: readonly Use[]; readonly day: Day; readonly law: Law }

/** What was written, before it is signed. */
export type Built = {
  readonly counted: ReturnType<Tally['counted']>
  readonly terms: readonly Group[]
  /** Of each use of the purpose, about the whole. */
  readonly answers: readonly Answer[]
  readonly leftOut: ReadonlyMap<string, number>
}

export type Building = {
  readonly harvest: Harvest
  readonly writer: RowWriter
  readonly replacing: Replacing
  readonly purpose: Purpose
  readonly rates: TokenRates
  readonly facts: (source: string) => SourceFacts
}

/** Writes every row whose terms permit each use of the purpose; the others are left out, and counted by the rule that stood against them. */
export const build = ({ harvest, writer, replacing, purpose, rates, facts }: Building): Result<Built, CorpusFailure> => {
  const tally = new Tally(rates)
  const leftOut = new Map<string, number>()
  const against = objections(purpose, isAltering(replacing))
  const take = (reaped: Reaped): Result<void, CorpusFailure> => {
    const rule = against(reaped.terms)
    if (rule !== undefined) {
      leftOut.set(rule, (leftOut.get(rule) ?? 0) + 1)
      return ok(undefined)
    }
    tally.add(reaped)
    return writer.add(reaped.row, rowEntry(reaped.row))
  }
  for (const found of harvest()) {
    if (!found.ok) return found
    for (const reaped of reap(found.value, replacing)) {
      const taken = reaped.ok ? take(reaped.value) : reaped
      if (!taken.ok) return taken
    }
  }
  const terms = tally.terms()
  const answers = purpose.uses.map((use) => may(terms, questionOf(use, purpose, isAltering(replacing)), purpose.law))
  return ok({ counted: tally.counted(facts), terms, answers, leftOut })
}

const questionOf = (use: Use, { day }: Purpose, altered: boolean) => ({ use, place: null, commercial: false, altered, day })

/** The rule that stands against a document of these terms, asked once for all that share them; undefined where none does. */
const objections = (purpose: Purpose, altered: boolean): ((terms: Terms) => string | undefined) => {
  const known = new WeakMap<Terms, string | null>()
  return (terms) => {
    let rule = known.get(terms)
    if (rule === undefined) {
      rule = objection(terms, purpose, altered)
      known.set(terms, rule)
    }
    return rule ?? undefined
  }
}

const objection = (terms: Terms, purpose: Purpose, altered: boolean): string | null => {
  for (const use of purpose.uses) {
    const { verdict, findings } = judge(terms, questionOf(use, purpose, altered), purpose.law)
    const finding = findings.find((each) => each.verdict === verdict)
    if (verdict !== 'yes') return `${use}: ${finding?.says ?? verdict} (${finding?.rule ?? 'law'})`
  }
  return null
}
