import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import type { Fact } from './fact.ts'
import type { Predicate } from './predicates.ts'

/** A machine of the owner's, as the exchange itself knows it. */
export type OwnMachine = {
  /** Its subject, such as `endpoint:home`. */
  readonly subject: string
  /** Who runs the exchange, such as `entity:operator`. */
  readonly operator: string
  /** Where the machine stands. */
  readonly place: Jurisdiction
  /** SHA-256 of the weights file in lower-case hex, where it is pinned. */
  readonly digest?: string
  readonly asOf: Day
}

const ownRow =
  (asOf: Day, source: string) =>
  (subject: string, predicate: Predicate, object: string): Fact => ({
    id: `own:${subject}:${predicate}:${object}`.replaceAll('/', '.').slice(0, 64),
    subject,
    predicate,
    object,
    source,
    sourceKind: 'owner',
    asOf,
    evidence: 'observed',
    origin: 'owner',
  })

/**
 * The facts of an endpoint that the exchange runs itself on its owner's machine: nobody hosts it, nobody fronts it, no login or name
 * stands before it. These are the exchange's observations, not the world's.
 */
export const factsOfOwnMachine = ({ subject, operator, place, digest, asOf }: OwnMachine): readonly Fact[] => {
  const row = ownRow(asOf, 'this exchange: it runs the engine itself')
  return [
    row(subject, 'operated-by', operator),
    row(subject, 'located-in', `country:${place}`),
    row(subject, 'hosted-on', 'self'),
    row(subject, 'fronted-by', 'nobody'),
    row(subject, 'identity-by', 'nobody'),
    row(subject, 'dns-by', 'nobody'),
    row(subject, 'custody', digest === undefined ? operator : `pinned:sha256:${digest}`),
  ]
}

/** The facts of an operator that is its own master: under the law of its seat, and above it nobody. Its owner attests to them. */
export const factsOfOwnOperator = (operator: string, seat: Jurisdiction, asOf: Day): readonly Fact[] => {
  const row = ownRow(asOf, 'the configuration of this exchange')
  return [row(operator, 'established-in', `country:${seat}`), row(operator, 'owned-by', 'nobody')].map((fact) => ({
    ...fact,
    evidence: 'attested',
  }))
}
