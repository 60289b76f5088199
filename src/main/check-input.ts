import type { AliasName, ApplicationId, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { reachIn, toReach } from '../facts/reach.ts'
import type { CheckedAlias, CheckedCaller, CheckedEndpointModel, CheckInput } from '../policy/check-types.ts'
import type { Configuration, EndpointConfiguration } from './config-schema.ts'
import { sha256Hex } from './digest.ts'
import { jurisdictionOf, keyDefaults } from './exchange.ts'
import { type Law, SUPPORTED_OBLIGATIONS } from './law.ts'
import { parseTarget, picksOf, reachSubject } from './snapshot.ts'

/** A configuration as far as policy concerns it: what `allod policy check` enumerates, and exposure and drills after it. */
export const checkInput = (configuration: Configuration, law: Law): CheckInput => ({
  texts: law.texts,
  context: law.context,
  obligationsSupported: SUPPORTED_OBLIGATIONS,
  digest: sha256Hex,
  seat: configuration.exchange.seat as Jurisdiction,
  endpointModels: endpointModels(configuration, law),
  aliases: aliases(configuration),
  callers: callers(configuration),
})

/** The models an endpoint of the configuration offers, by the names aliases call them. */
export const modelsOf = (endpoint: EndpointConfiguration): readonly string[] =>
  endpoint.kind === 'engine' ? [endpoint.model] : Object.keys(endpoint.models)

const endpointModels = (configuration: Configuration, law: Law): CheckedEndpointModel[] =>
  Object.entries(configuration.endpoints).flatMap(([name, endpoint]) => {
    const world = law.world(endpoint.kind === 'engine' ? {} : picksOf(endpoint))
    return modelsOf(endpoint).map((model): CheckedEndpointModel => {
      const answer = reachIn(world, reachSubject(name, endpoint, model))
      const target = parseTarget(`${name}/${model}`)
      return { ...target, reach: toReach(answer), facts: answer.rows.map(({ fact }) => fact.id), tags: endpoint.tags }
    })
  })

const aliases = (configuration: Configuration): CheckedAlias[] =>
  Object.entries(configuration.aliases).map(([name, alias]) => ({
    name: name as AliasName,
    targets: alias.targets.map(parseTarget),
    byJurisdiction: new Map(
      Object.entries(alias.byJurisdiction).map(([country, targets]) => [country as Jurisdiction, targets.map(parseTarget)] as const),
    ),
    refuses: alias.refuses,
  }))

/** Each application's widest key: whatever narrower one is made, its calls are among these. */
const callers = (configuration: Configuration): CheckedCaller[] =>
  Object.entries(configuration.tenants).flatMap(([tenant, { applications }]) =>
    Object.entries(applications).map(([application, settings]) => ({
      tenant: tenant as TenantId,
      application: application as ApplicationId,
      jurisdiction: jurisdictionOf(configuration, tenant, settings),
      ...keyDefaults(configuration, settings),
      aliases: settings.aliases === undefined ? ('all' as const) : new Set(settings.aliases as AliasName[]),
    })),
  )
