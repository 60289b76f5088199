import { aspectFound } from './aspect-findings.ts'
import { drillFound, routeLeftFound, trafficFound } from './exchange-findings.ts'
import type { Asked, Finding, Found } from './finding.ts'
import type { Check } from './profile.ts'

/** Asks one check of a profile. */
export const find = (check: Check, asked: Asked): Finding => ({ asks: check.asks, as: check.as, ...found(check, asked) })

const found = (check: Check, asked: Asked): Found => {
  switch (check.asks) {
    case 'route-left':
      return routeLeftFound(asked)
    case 'traffic':
      return trafficFound(asked)
    case 'drill':
      return drillFound(check.drills, check.withinDays, asked)
    default:
      return aspectFound(check.asks, asked)
  }
}
