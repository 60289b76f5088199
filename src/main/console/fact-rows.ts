// Facts as the contract tells them: with their age, whose they are, and whether they count today.
import type { Fact } from '../../facts/fact.ts'
import { ageInDays, standing } from '../../facts/world.ts'
import type { Exchange } from '../exchange.ts'
import { ownFacts } from '../own-facts.ts'

export type FactOrigin = 'shipped' | 'owner' | 'file' | 'configuration'

/** Tells of facts under the law in force. Made once for an answer: it looks up whose every row is. */
export const factTeller = ({ loaded: { configuration }, law }: Pick<Exchange, 'loaded' | 'law'>) => {
  const world = law.world({})
  const written = new Set(configuration.facts.rows.map(({ id }) => String(id)))
  const derived = new Set(ownFacts(configuration, law.day).map(({ id }) => id))
  const overruled = new Map(law.graph.replaced.map(({ row, by }) => [row.id, by]))
  const originOf = ({ id, origin }: Fact): FactOrigin => {
    if (origin === 'shipped') return 'shipped'
    if (derived.has(id)) return 'configuration'
    return written.has(id) ? 'owner' : 'file'
  }
  return (fact: Fact) => {
    const stands = standing(world, fact)
    return {
      id: fact.id,
      subject: fact.subject,
      predicate: fact.predicate,
      object: fact.object,
      share: fact.share ?? null,
      validFrom: fact.validFrom ?? null,
      validTo: fact.validTo ?? null,
      source: fact.source,
      sourceKind: fact.sourceKind,
      asOf: fact.asOf,
      evidence: fact.evidence,
      note: fact.note ?? null,
      replaces: [...(fact.replaces ?? [])],
      origin: originOf(fact),
      age: Math.max(0, Math.round(ageInDays(fact.asOf, law.day))),
      stale: stands?.stale ?? ageInDays(fact.asOf, law.day) > world.maxAgeDays,
      settles: stands?.settles ?? false,
      holds: stands !== undefined,
      replacedBy: overruled.get(fact.id) ?? null,
    }
  }
}
