import type { Aftermath } from '../after.ts'
import type { Sign } from '../scenario.ts'
import type { LiveFault } from './order.ts'

type WireSign = LiveFault['shows']

/** What is said where a scenario names no words. */
const WORDS: Readonly<Record<WireSign, string>> = {
  'http-401': 'invalid api key',
  'http-403': 'permission denied',
  'http-404': 'not found',
  'http-422': 'unprocessable request',
  'http-429': 'too many requests',
  'http-451': 'unavailable for legal reasons',
  'http-503': 'service unavailable',
  unreachable: '',
  stalls: '',
  'breaks-off': '',
  slow: '',
}
const isOnWire = (sign: Sign): sign is WireSign => sign !== 'unchanged'

/**
 * What a scenario shows on the wire, route by route; nothing where it takes no endpoint away, as a price, a sale or a licence. INVARIANT(G3): a
 * route that somebody unknown could take away is taken away, as in the plan.
 */
export const faultsOf = ({ aims }: Aftermath): readonly LiveFault[] =>
  aims.flatMap(({ step, scope, hits }) => {
    if (step.do !== 'cut' || !isOnWire(step.shows)) return []
    const { shows, says = WORDS[shows] } = step
    return hits.map((route): LiveFault => ({ route, shows, says, ...scope }))
  })

/** The first fault of a route that holds for an application's calls. */
export const faultFor = (faults: readonly LiveFault[], tenant: string, application: string): ReadonlyMap<string, LiveFault> => {
  const found = new Map<string, LiveFault>()
  for (const fault of faults) {
    const isFor =
      (fault.tenant === undefined || fault.tenant === tenant) &&
      (fault.application === undefined || fault.application === `${tenant}/${application}`)
    if (isFor && !found.has(fault.route)) found.set(fault.route, fault)
  }
  return found
}
