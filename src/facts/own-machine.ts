import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import type { Fact } from './fact.ts'
import type { Predicate } from './predicates.ts'

/** A machine of the owner's, as the exchange itself knows it. */
export type OwnMachine = {
  /** The endpoint's name in the configuration. */
  readonly endpoint: string
  /** Where the machine stands. */
  readonly place: Jurisdiction
  /** Under whose law the owner is: the seat of the exchange. */
  readonly seat: Jurisdiction
  /** SHA-256 of the weights file in lower-case hex, where it is pinned. */
  readonly digest?: string
  readonly asOf: Day
}

/**
 * The facts of an endpoint that the exchange runs itself on its owner's machine: nobody hosts it, nobody fronts it, and above the
 * owner there is nobody, because an owner is its own master. These are the exchange's observations, not the world's.
 */
export const factsOfOwnMachine = (machine: OwnMachine): readonly Fact[] => {
  const subject = `endpoint:${machine.endpoint}`
  const row = (about: string, predicate: Predicate, object: string): Fact => ({
    id: `own:${machine.endpoint}:${about === subject ? predicate : `owner-${predicate}`}`,
    subject: about,
    predicate,
    object,
    source: 'this exchange: it runs the engine itself',
    sourceKind: 'owner',
    asOf: machine.asOf,
    evidence: 'observed',
    origin: 'owner',
  })
  const owner = 'entity:owner-of-this-exchange'
  return [
    row(subject, 'operated-by', owner),
    row(subject, 'located-in', `country:${machine.place}`),
    row(subject, 'hosted-on', 'self'),
    row(subject, 'fronted-by', 'nobody'),
    row(subject, 'custody', machine.digest === undefined ? 'remote' : `pinned:sha256:${machine.digest}`),
    row(owner, 'established-in', `country:${machine.seat}`),
    row(owner, 'owned-by', 'nobody'),
  ]
}
