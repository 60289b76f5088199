import { nearest } from '../core/nearest.ts'
import type { Configuration, RemoteConfiguration } from './config-schema.ts'
import { isLoopback } from './listen.ts'
import { providedFor } from './providers.ts'
import type { Problem } from './yaml-file.ts'

/** What no single field can tell: names that must exist elsewhere in the file, and choices that exclude each other. */
export const crossChecks = (configuration: Configuration): Problem[] => [
  ...aliasProblems(configuration),
  ...tenantProblems(configuration),
  ...endpointProblems(configuration),
  ...policyProblems(configuration),
  ...scheduleProblems(configuration),
  ...consoleProblems(configuration),
  ...personalDataProblems(configuration),
]

const missing = (what: string, name: string, known: readonly string[]): string => {
  const close = nearest(name, known)
  return `there is no ${what} \`${name}\`${close ? `; did you mean \`${close}\`?` : known.length > 0 ? `; there is ${known.join(', ')}` : ''}`
}

const personalDataProblems = ({ personalData, dataClasses }: Configuration): Problem[] =>
  Object.entries(personalData.raise).flatMap(([name, dataClass]) =>
    dataClasses.includes(dataClass)
      ? []
      : [{ path: ['personalData', 'raise', name], message: missing('data class', dataClass, dataClasses) }],
  )

const modelsOf = (endpoint: Configuration['endpoints'][string]): string[] =>
  endpoint.kind === 'engine' ? [endpoint.model] : Object.keys(endpoint.models)

const aliasProblems = ({ aliases, endpoints, dataClasses, priorities }: Configuration): Problem[] => {
  const problems: Problem[] = []
  const check = (target: string, path: PropertyKey[]) => {
    const slash = target.indexOf('/')
    const [endpointName, model] = [target.slice(0, slash), target.slice(slash + 1)]
    const endpoint = endpoints[endpointName]
    if (!endpoint) problems.push({ path, message: missing('endpoint', endpointName, Object.keys(endpoints)) })
    else if (!modelsOf(endpoint).includes(model))
      problems.push({ path, message: `endpoint \`${endpointName}\`: ${missing('model', model, modelsOf(endpoint))}` })
  }
  for (const [name, alias] of Object.entries(aliases)) {
    for (const [index, target] of alias.targets.entries()) check(target, ['aliases', name, 'targets', index])
    problems.push(...scarcityProblems(name, alias, priorities))
    for (const target of Object.keys(alias.weights)) check(target, ['aliases', name, 'weights', target])
    if (Object.keys(alias.weights).length > 0 && alias.order !== 'weighted')
      problems.push({ path: ['aliases', name, 'weights'], message: 'weights count only with `order: weighted`' })
    for (const [country, targets] of Object.entries(alias.byJurisdiction))
      for (const [index, target] of targets.entries()) check(target, ['aliases', name, 'byJurisdiction', country, index])
    for (const [index, dataClass] of alias.refuses.entries())
      if (!dataClasses.includes(dataClass))
        problems.push({ path: ['aliases', name, 'refuses', index], message: missing('data class', dataClass, dataClasses) })
  }
  return problems
}

/** Who steps in where room is scarce is one of the alias's own targets: nothing else was ever asked whether it may. */
const scarcityProblems = (name: string, alias: Configuration['aliases'][string], priorities: readonly string[]): Problem[] =>
  alias.scarcity.flatMap((measure, index): Problem[] => {
    const path = ['aliases', name, 'scarcity', index]
    const targets = [...alias.targets, ...Object.values(alias.byJurisdiction).flat()]
    const { model, maxOutputTokens, refuse, spares } = measure
    const problems: Problem[] = []
    if ([model, maxOutputTokens, refuse].filter((each) => each !== undefined).length !== 1)
      problems.push({ path, message: 'give exactly one of `model`, `maxOutputTokens` or `refuse`' })
    if (model !== undefined && !targets.includes(model))
      problems.push({ path: [...path, 'model'], message: missing('target', model, targets) })
    for (const each of spares)
      if (!priorities.includes(each)) problems.push({ path: [...path, 'spares'], message: missing('priority', each, priorities) })
    return problems
  })

const tenantProblems = ({ tenants, aliases, dataClasses, purposes, priorities }: Configuration): Problem[] => {
  const problems: Problem[] = []
  for (const [tenantName, tenant] of Object.entries(tenants)) {
    if (tenant.keepsFrom !== undefined && !dataClasses.includes(tenant.keepsFrom))
      problems.push({ path: ['tenants', tenantName, 'keepsFrom'], message: missing('data class', tenant.keepsFrom, dataClasses) })
    for (const [name, application] of Object.entries(tenant.applications)) {
      const path = ['tenants', tenantName, 'applications', name]
      const among = (field: string, values: readonly string[] | undefined, what: string, known: readonly string[]) => {
        for (const value of values ?? [])
          if (!known.includes(value)) problems.push({ path: [...path, field], message: missing(what, value, known) })
      }
      among('aliases', application.aliases, 'alias', Object.keys(aliases))
      among('priority', application.priority ? [application.priority] : [], 'priority', priorities)
      among('purposes', application.purposes, 'purpose', Object.keys(purposes))
      among('dataClassFloor', application.dataClassFloor ? [application.dataClassFloor] : [], 'data class', dataClasses)
    }
  }
  return problems
}

const endpointProblems = ({ endpoints }: Configuration): Problem[] =>
  Object.entries(endpoints).flatMap(([name, endpoint]): Problem[] =>
    endpoint.kind === 'engine' ? [] : [...secretProblems(name, endpoint), ...providerProblems(name, endpoint)],
  )

const secretProblems = (name: string, { authentication }: RemoteConfiguration): Problem[] => {
  const fields = secretFields(authentication)
  if (fields === undefined || Object.values(fields).filter((value) => value !== undefined).length === 1) return []
  const names = Object.keys(fields).map((field) => `\`${field}\``)
  return [{ path: ['endpoints', name, 'authentication'], message: `give exactly one of ${names.join(' or ')}` }]
}

const secretFields = (authentication: RemoteConfiguration['authentication']): Readonly<Record<string, string | undefined>> | undefined => {
  switch (authentication.kind) {
    case 'none':
      return undefined
    case 'key':
      return { keyFile: authentication.keyFile, keyEnvironment: authentication.keyEnvironment }
    case 'bearer':
      return { tokenFile: authentication.tokenFile, tokenEnvironment: authentication.tokenEnvironment }
    case 'header':
      return { valueFile: authentication.valueFile, valueEnvironment: authentication.valueEnvironment }
  }
}

/** What the provider's profile makes of the endpoint, and of the name of each of its models. */
const providerProblems = (name: string, endpoint: RemoteConfiguration): Problem[] => {
  const provided = providedFor(endpoint)
  if (!provided.ok) return [{ path: ['endpoints', name, provided.error.field], message: provided.error.message }]
  return Object.keys(endpoint.models).flatMap((model) => {
    const target = provided.value.targetOf(model)
    return target.ok ? [] : [{ path: ['endpoints', name, 'models', model], message: target.error.message }]
  })
}

const policyProblems = ({ policy, dataClasses }: Configuration): Problem[] => [
  ...(policy.preset === undefined && policy.files.length === 0
    ? [{ path: ['policy'], message: 'give a `preset` or at least one of `files`: without a policy nothing is permitted' }]
    : []),
  ...(new Set(dataClasses).size < dataClasses.length ? [{ path: ['dataClasses'], message: 'a data class stands here twice' }] : []),
]

/** A live drill that nobody starts by hand needs all that a hand would say, the confirmation too. */
const scheduleProblems = ({ drills: { schedule } }: Configuration): Problem[] =>
  schedule.flatMap(({ run, name = run, mode, live }, index): Problem[] => {
    const path = ['drills', 'schedule', index]
    const problems: Problem[] = []
    if (schedule.findIndex((other) => (other.name ?? other.run) === name) < index)
      problems.push({ path, message: `two entries have the name \`${name}\`; give one of them a \`name\` of its own` })
    if (mode === 'plan' && live !== undefined)
      problems.push({ path: [...path, 'live'], message: 'these bounds belong to `mode: live`, and the mode is `plan`' })
    if (mode === 'live' && live === undefined)
      problems.push({
        path,
        message: 'a live drill needs its bounds: give `live` with `on`, `forSeconds`, `abortAfter` and what takes part',
      })
    if (live === undefined) return problems
    if (live.share === 0 && live.callsPerSecond === 0)
      problems.push({ path: [...path, 'live'], message: 'nothing takes part; give a `share` of calls or `callsPerSecond`' })
    if (live.on === 'real' && live.confirmed !== run)
      problems.push({ path: [...path, 'live'], message: `faults are injected into real calls only with \`confirmed: ${run}\`` })
    return problems
  })

const consoleProblems = ({ console: { serve, listen, signIn } }: Configuration): Problem[] => {
  const problems: Problem[] = []
  if (serve === false && listen !== undefined)
    problems.push({
      path: ['console', 'listen'],
      message: 'this serves the console, and `serve: false` switches it off: leave one of them out',
    })
  const { clientSecretFile, clientSecretEnvironment, issuer } = signIn.openid ?? {}
  if (clientSecretFile !== undefined && clientSecretEnvironment !== undefined)
    problems.push({ path: ['console', 'signIn', 'openid'], message: 'give `clientSecretFile` or `clientSecretEnvironment`, not both' })
  if (issuer?.startsWith('http:') === true && !isLoopback(new URL(issuer).hostname))
    problems.push({ path: ['console', 'signIn', 'openid', 'issuer'], message: 'must be an address with `https`' })
  return problems
}
