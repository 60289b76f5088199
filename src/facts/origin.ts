import { type Jurisdiction, UNKNOWN } from '../core/jurisdiction.ts'
import type { Predicate } from './predicates.ts'
import { standingOf, type World } from './world.ts'

/** Where a model comes from, which says nothing of who controls it: an open model of foreign origin, pinned at home, is in nobody's hand. */
export type Origin = {
  /** The model and all it was made from, itself first. */
  readonly models: readonly string[]
  readonly developers: readonly string[]
  /** Where the developers are established or have their head office. */
  readonly countries: readonly Jurisdiction[]
  readonly licences: readonly string[]
}

/** The origin of a model, up every chain of derivation. INVARIANT(G3): a developer, a seat or an ancestor no row settles is `unknown`. */
export const originOf = (world: World, model: string | undefined): Origin => {
  if (model === undefined) return { models: [], developers: [], countries: [UNKNOWN], licences: [] }
  const models = new Set([model])
  const developers = new Set<string>()
  const countries = new Set<Jurisdiction>()
  const licences = new Set<string>()
  const follow = (subject: string, predicate: Predicate, kind: string): readonly string[] => {
    const rows = standingOf(world, subject, predicate)
    if (!rows.some(({ settles, fact }) => settles && fact.object !== UNKNOWN)) countries.add(UNKNOWN)
    return rows.flatMap(({ fact }) => (fact.object.startsWith(`${kind}:`) ? [fact.object] : []))
  }
  for (const each of models) {
    for (const ancestor of follow(each, 'derived-from', 'model')) models.add(ancestor)
    for (const developer of follow(each, 'developed-by', 'entity')) developers.add(developer)
    for (const { fact } of standingOf(world, each, 'licensed-under')) if (fact.object.startsWith('licence:')) licences.add(fact.object)
  }
  for (const developer of developers) {
    const seats = [
      ...follow(developer, 'established-in', 'country'),
      ...standingOf(world, developer, 'headquartered-in').map(({ fact }) => fact.object),
    ]
    for (const seat of seats) countries.add(seat.replace('country:', '') as Jurisdiction)
  }
  const known = [...countries].filter((country) => country !== UNKNOWN).sort()
  return {
    models: [...models],
    developers: [...developers],
    countries: [...known, ...(countries.has(UNKNOWN) ? [UNKNOWN] : [])],
    licences: [...licences],
  }
}
