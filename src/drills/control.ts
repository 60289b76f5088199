import type { Day } from '../core/units.ts'
import type { Fact } from '../facts/fact.ts'
import type { Predicate } from '../facts/predicates.ts'

const OWNERSHIP: readonly Predicate[] = ['owned-by', 'controlled-by', 'nobody-holds-more-than']

/**
 * The facts as they would be if a company belonged to another: its owners of today are gone, the new one holds all of it. What the book
 * says of the new owner stays; where it says nothing, the owner is under the law of its seat. INVARIANT(G3): to whom it belongs in turn is
 * then unknown.
 */
export const underNewParent =
  (change: { readonly entity: string; readonly parent: string; readonly seat: string; readonly day: Day }) =>
  (facts: readonly Fact[]): readonly Fact[] => {
    const { entity, parent, seat, day } = change
    const kept = facts.filter(({ subject, predicate }) => subject !== entity || !OWNERSHIP.includes(predicate))
    const row = (subject: string, predicate: Predicate, object: string): Fact => ({
      id: `drill:${subject}:${predicate}`.slice(0, 64),
      subject,
      predicate,
      object,
      source: 'a drill: what would be so if',
      sourceKind: 'owner',
      asOf: day,
      evidence: 'documented',
      origin: 'owner',
    })
    const known = kept.some(({ subject, predicate }) => subject === parent && predicate === 'established-in')
    const ofParent = known ? [] : [row(parent, 'established-in', `country:${seat}`)]
    return [...kept, { ...row(entity, 'owned-by', parent), share: 100 }, ...ofParent]
  }
