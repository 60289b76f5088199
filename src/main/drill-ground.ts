import type { ApplicationId, TenantId } from '../core/ids.ts'
import { UNKNOWN } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Demand, Estate, RouteName } from '../drills/estate.ts'
import type { Ground, Hypotheses, HypothesisFailure, Making } from '../drills/ground.ts'
import { type Licences, licenceShifts } from '../drills/licences.ts'
import { graphMemberships } from '../facts/licence/memberships.ts'
import type { Predicate } from '../facts/predicates.ts'
import { standingOf } from '../facts/world.ts'
import { OBLIGATIONS } from '../policy/decision.ts'
import { memoise } from '../policy/memoise.ts'
import { checkInput } from './check-input.ts'
import type { LoadedConfiguration } from './config.ts'
import { isRouteCut } from './cut-preview.ts'
import { readEstate, routeName } from './estate.ts'
import { type Law, lawOver } from './law.ts'
import { shippedBook } from './licence-book.ts'
import { OPERATOR } from './own-facts.ts'
import { parseTarget, picksOf, reachSubject } from './snapshot.ts'

/** What drills stand on under a configuration and its law of today, without what is really cut. */
export const groundOf = (
  loaded: LoadedConfiguration,
  law: Law,
  cuts: readonly string[] = [],
  estate: Estate = readEstate(loaded, law),
): Ground => {
  const { configuration } = loaded
  const facts = new Map(law.facts.map((fact) => [fact.id, fact]))
  const models = new Map(checkInput(configuration, law).endpointModels.map((each) => [routeName(each), each]))
  const policy = memoise(law.policies)
  const refusals = ({ tenant, application, dataClass, purpose }: Demand, route: string): readonly string[] => {
    const target = models.get(route)
    if (target === undefined) return [`the configuration has no \`${route}\``]
    const asker = { tenant: tenant as TenantId, application: application as ApplicationId }
    const decision = policy.decide({ ...asker, dataClass, purpose, ...target })
    if (!decision.permit) return decision.policies.map(({ id, reason }) => `${reason} [${id}]`)
    return decision.obligations
      .filter((obligation) => !OBLIGATIONS.has(obligation))
      .map((obligation) => `policy asks for \`${obligation}\`, which nobody fulfils`)
  }
  return {
    estate: withoutCut(cuts, estate),
    cuts,
    self: configuration.exchange.entity ?? OPERATOR,
    factOf: (id) => facts.get(id),
    refusals,
    isSettled: (route, predicate) => settled(loaded, law, route, predicate),
    orderOf: (alias) => configuration.aliases[alias]?.order ?? 'listed',
    makingOf: (model) => makingOf(law, model),
  }
}

/** The estate in which no demand has a route that is cut. */
export const withoutCut = (cuts: readonly string[], estate: Estate): Estate => {
  if (cuts.length === 0) return estate
  const isOpen = (name: RouteName): boolean => {
    const route = estate.routes.get(name)
    return route === undefined || !cuts.some((subject) => isRouteCut(subject, route))
  }
  return { ...estate, demands: estate.demands.map((demand) => ({ ...demand, routes: demand.routes.filter(isOpen) })) }
}

/** The endpoint's own row, or its operator's for all that it runs. */
const settled = ({ configuration }: LoadedConfiguration, law: Law, route: RouteName, predicate: Predicate): boolean => {
  const { endpoint: name, model } = parseTarget(route)
  const endpoint = configuration.endpoints[name]
  if (endpoint === undefined) return false
  const world = law.world(endpoint.kind === 'engine' ? {} : picksOf(endpoint))
  const subject = reachSubject(name, endpoint, model)
  const operators = standingOf(world, subject, 'operated-by').map(({ fact }) => fact.object)
  return [subject, ...operators].some((each) =>
    standingOf(world, each, predicate).some(({ settles, fact }) => settles && fact.object !== UNKNOWN),
  )
}

const makingOf = (law: Law, model: string): Making => {
  const rows = standingOf(law.world({}), model, 'derived-from')
  if (rows.some(({ fact }) => fact.object.startsWith('model:'))) return 'derived'
  return rows.length > 0 && rows.every(({ fact, settles }) => settles && fact.object === 'nothing') ? 'from-scratch' : 'unknown'
}

/** What would be so if: through the same policies, and the licences of the fact book. */
export const hypothesesOf = (
  loaded: LoadedConfiguration,
  law: Law,
  cuts: readonly string[] = [],
): Result<Hypotheses, HypothesisFailure> => {
  const book = shippedBook()
  if (!book.ok) return failed(book.error.message)
  const { exchange, drills } = loaded.configuration
  const licences: Licences = {
    book: book.value,
    memberships: graphMemberships(law.graph),
    licensee: {
      seat: exchange.seat,
      action: drills.action,
      day: law.day,
      ...(drills.legalForm === undefined ? {} : { legalForm: drills.legalForm }),
    },
  }
  return ok({
    under: (change) => {
      const changed = lawOver(loaded, law.day, change(law.facts))
      return changed.ok ? ok(groundOf(loaded, changed.value, cuts)) : failed(changed.error.messages.join('; '))
    },
    licencesWithout: (excluded, models) => licenceShifts(licences, excluded, models),
  })
}

const failed = (message: string): Result<never, HypothesisFailure> => err({ kind: 'hypothesis', message })
