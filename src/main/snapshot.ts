import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AliasName, EndpointId, ModelName } from '../core/ids.ts'
import { type Jurisdiction, liesInside } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import { micros, millis, tokens } from '../core/units.ts'
import { actorsOver } from '../facts/actors.ts'
import { reachIn, search, toReach } from '../facts/reach.ts'
import { standingOf, type World } from '../facts/world.ts'
import type { Measure } from '../gateway/health/scarcity.ts'
import { ALL_BRIDGES } from '../gateway/providers/bridging.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import type {
  Alias,
  Authentication,
  Endpoint,
  EndpointModel,
  PersonalData,
  Price,
  Provider,
  Snapshot,
  Target,
} from '../gateway/snapshot.ts'
import { type AuthenticationFailure, type Authenticator, failure } from '../http/authentication/authenticator.ts'
import { fixedAuthenticator } from '../http/authentication/fixed.ts'
import type { AuthenticationSettings } from '../http/authentication/index.ts'
import { memoise } from '../policy/memoise.ts'
import type { EndpointAuthentication } from './authentication.ts'
import type { LoadedConfiguration } from './config.ts'
import type { Configuration, EndpointConfiguration, EngineConfiguration, RemoteConfiguration } from './config-schema.ts'
import { healthRulesOf } from './health.ts'
import { keepingRulesOf } from './keeping.ts'
import type { Law } from './law.ts'
import { endpointSubject } from './own-facts.ts'
import { type Provided, providedFor } from './providers.ts'

/** Where the endpoints of a configuration are reached in this run. */
export type Places = {
  engineSocket(endpoint: string): string
  /** Base URL of the simulation that stands for an endpoint, when there is one. */
  simulation(endpoint: string, kind: string): string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Signs, and fetches tokens; without it only keys that are sent as they are can be used. */
  readonly authentication?: Pick<EndpointAuthentication, 'prepare' | 'bind'>
}
export type SnapshotFailure = { readonly kind: 'snapshot'; readonly messages: readonly string[] }

/** Profiles with what was measured of an endpoint, by its name; of the others, what is documented stands. */
export type MeasuredProfiles = ReadonlyMap<string, Profile>

/** Puts configuration, law, places and measurements together into what one call is decided by. */
export const buildSnapshot = (
  loaded: LoadedConfiguration,
  law: Law,
  at: Places,
  measured: MeasuredProfiles = new Map(),
  personalData?: PersonalData,
): Result<Snapshot, SnapshotFailure> => {
  const { configuration } = loaded
  const messages: string[] = []
  const endpoints = new Map<EndpointId, Endpoint>()
  for (const [name, settings] of Object.entries(configuration.endpoints)) {
    const endpoint =
      settings.kind === 'engine'
        ? engine(name, settings, law, at)
        : remote(name, settings, law, at, loaded.folder, messages, measured.get(name))
    endpoints.set(endpoint.id, endpoint)
  }
  if (messages.length > 0) return err({ kind: 'snapshot', messages })
  const { limits } = configuration
  return ok({
    home: law.context.home,
    seat: configuration.exchange.seat as Jurisdiction,
    dataClasses: configuration.dataClasses,
    purposes: Object.keys(configuration.purposes),
    policy: memoise(law.policies),
    facts: law.factsDigest,
    blocs: law.blocs,
    endpoints,
    aliases: aliases(configuration),
    limits: {
      maxBodyBytes: limits.maxBodyBytes,
      maxResponseBytes: limits.maxResponseBytes,
      maxAttempts: limits.maxAttempts,
      callTimeout: millis(limits.callTimeoutSeconds * 1000),
      maxConcurrentCalls: limits.maxConcurrentCalls,
      callerIdle: millis(limits.callerIdleSeconds * 1000),
    },
    health: healthRulesOf(configuration),
    priorities: configuration.priorities,
    keeping: keepingRulesOf(configuration),
    ...(personalData !== undefined && { personalData }),
  })
}

const aliases = (configuration: Configuration): ReadonlyMap<AliasName, Alias> =>
  new Map(
    Object.entries(configuration.aliases).map(([text, alias]) => {
      const name = text as AliasName
      const byJurisdiction = new Map(
        Object.entries(alias.byJurisdiction).map(([country, targets]) => [country as Jurisdiction, targets.map(parseTarget)] as const),
      )
      const bridges = alias.bridges === 'all' ? ALL_BRIDGES : new Set(alias.bridges === 'none' ? [] : alias.bridges)
      const targets = alias.targets.map(parseTarget)
      return [name, { name, targets, byJurisdiction, bridges, unsupported: alias.unsupported, ...orderOf(alias) }]
    }),
  )

/** What a call need not be asked about costs it nothing, and so stands nowhere. */
const orderOf = ({
  order,
  weights,
  scarcity,
  continuations,
  hedge,
}: Configuration['aliases'][string]): Pick<Alias, 'order' | 'weights' | 'scarcity' | 'continuations' | 'hedge'> => ({
  ...(order === 'listed' ? {} : { order, weights: new Map(Object.entries(weights)) }),
  ...(scarcity.length === 0 ? {} : { scarcity: [...scarcity].sort((one, other) => one.above - other.above).map(measureOf) }),
  ...(continuations === 0 ? {} : { continuations }),
  ...(hedge === undefined ? {} : { hedge: { after: millis(hedge.afterMs), share: hedge.share } }),
})

const measureOf = ({ above, spares, model, maxOutputTokens }: Configuration['aliases'][string]['scarcity'][number]): Measure => {
  if (model !== undefined) return { above, spares, kind: 'model', target: model }
  return maxOutputTokens === undefined ? { above, spares, kind: 'refuse' } : { above, spares, kind: 'shorter', maxOutputTokens }
}

export const parseTarget = (text: string): Target => {
  const slash = text.indexOf('/')
  return { endpoint: text.slice(0, slash) as EndpointId, model: text.slice(slash + 1) as ModelName }
}

/** By one search: who has which power over a thing, and which models of the fact book answer there. */
export const powersOver = (world: World, subject: string) => {
  const reached = search(world, subject)
  return {
    answer: reachIn(world, subject, reached),
    stoppedBy: new Set(actorsOver(world, subject, reached).stop.keys()),
    serves: new Set(standingOf(world, subject, 'serves').map(({ fact }) => fact.object)),
  }
}

/** Reach, and what follows from it, of one model of one endpoint. */
const modelOf = (
  name: string,
  endpoint: EndpointConfiguration,
  law: Law,
  settings: {
    readonly model: string
    readonly price: { readonly input: number; readonly output: number }
    readonly maxOutputTokens: number
    readonly quality?: number | undefined
    readonly concurrency?: { readonly calls: number; readonly queue: number; readonly waitSeconds: number } | undefined
    /** What the endpoint calls it, where that is another name. */
    readonly nameThere?: string
  },
): EndpointModel => {
  const world = law.world(endpoint.kind === 'engine' ? {} : picksOf(endpoint))
  const subject = reachSubject(name, endpoint, settings.model)
  const { answer, stoppedBy, serves } = powersOver(world, subject)
  const reach = toReach(answer)
  return {
    model: settings.model as ModelName,
    nameThere: settings.nameThere ?? settings.model,
    reach,
    stoppedBy,
    serves,
    facts: answer.rows.map(({ fact }) => fact.id),
    atHome: liesInside(reach.see, law.context.home),
    price: priceOf(settings.price),
    maxOutputTokens: tokens(settings.maxOutputTokens),
    ...(settings.quality === undefined ? {} : { quality: settings.quality }),
    ...(settings.concurrency === undefined ? {} : { concurrency: concurrencyOf(settings.concurrency) }),
  }
}

const concurrencyOf = ({
  calls,
  queue,
  waitSeconds,
}: {
  readonly calls: number
  readonly queue: number
  readonly waitSeconds: number
}) => ({
  calls,
  queue,
  wait: millis(waitSeconds * 1000),
})

/** The thing in the fact book whose reach counts for a model of an endpoint. */
export const reachSubject = (name: string, endpoint: EndpointConfiguration, model: string): string =>
  endpoint.kind === 'engine' ? endpointSubject(name, endpoint) : `${endpointSubject(name, endpoint)}/${model}`

export const picksOf = (endpoint: RemoteConfiguration) => ({
  ...(endpoint.pick.region === undefined ? {} : { region: endpoint.pick.region as Jurisdiction }),
  ...(endpoint.pick.customer === undefined ? {} : { customer: endpoint.pick.customer as Jurisdiction }),
})

export const priceOf = (price: { readonly input: number; readonly output: number }): Price => ({
  input: micros(Math.round(price.input * 1e6)),
  output: micros(Math.round(price.output * 1e6)),
})

const engine = (name: string, settings: EngineConfiguration, law: Law, at: Places): Endpoint => ({
  id: name as EndpointId,
  dialect: 'openai-chat',
  alsoSpeaks: ['openai-completions'],
  baseUrl: 'http://engine/v1',
  socketPath: at.engineSocket(name),
  authentication: { kind: 'none' },
  models: new Map([[settings.model as ModelName, modelOf(name, settings, law, settings)]]),
  timeouts: { connect: millis(2000), firstByte: millis(300_000), idle: millis(120_000) },
  maxConnections: Math.max(32, settings.parallel * 8),
  tags: settings.tags,
  simulated: false,
})

const remote = (
  name: string,
  settings: RemoteConfiguration,
  law: Law,
  at: Places,
  folder: string,
  messages: string[],
  measured: Profile | undefined,
): Endpoint => {
  const simulation = at.simulation(name, settings.kind)
  // INVARIANT(G1): what is only imitated is never asked itself.
  if (settings.simulated && simulation === undefined)
    messages.push(`endpoint \`${name}\`: it is simulated, and no simulation of it runs here`)
  const authority = settings.certificateAuthorityFile
  const certificateAuthority = authority === undefined ? undefined : readText(resolve(folder, authority), `endpoint \`${name}\``, messages)
  const provided = providedFor(settings)
  if (!provided.ok) messages.push(`endpoint \`${name}\`: ${provided.error.message}`)
  const spoken = provided.ok ? provided.value : undefined
  const provider = spoken === undefined ? undefined : providerOf(spoken, settings, measured)
  const shown = simulation === undefined && spoken !== undefined ? authenticatorOf(name, spoken, at, folder, messages) : undefined
  const endpoint: Endpoint = {
    id: name as EndpointId,
    dialect: settings.kind,
    alsoSpeaks: spoken?.alsoSpeaks ?? [],
    ...(provider === undefined ? {} : { provider }),
    baseUrl: simulation ?? spoken?.baseUrl ?? '',
    authentication: authenticationOf(shown),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(settings.publicKeyPins === undefined || simulation !== undefined ? {} : { publicKeyPins: settings.publicKeyPins }),
    models: new Map(
      Object.entries(settings.models).map(([model, each]) => {
        const target = spoken?.targetOf(model)
        const nameThere = target?.ok === true ? target.value.model : model
        return [model as ModelName, modelOf(name, settings, law, { ...each, model, nameThere })]
      }),
    ),
    timeouts: {
      connect: millis(settings.timeouts.connectSeconds * 1000),
      firstByte: millis(settings.timeouts.firstByteSeconds * 1000),
      idle: millis(settings.timeouts.idleSeconds * 1000),
    },
    maxConnections: settings.maxConnections,
    tags: settings.tags,
    simulated: simulation !== undefined,
  }
  if (shown !== undefined) at.authentication?.bind(endpoint, shown)
  return endpoint
}

const providerOf = (provided: Provided, { models }: RemoteConfiguration, measured: Profile | undefined): Provider | undefined => {
  // What a place asks for is the same whatever the model.
  const target = provided.targetOf(Object.keys(models)[0] ?? '')
  const profile = measured ?? provided.profile
  const place = provided.place ?? measured?.places[0]
  if (profile === undefined || place === undefined || !target.ok) return undefined
  return { profile, place, headers: target.value.headers, body: target.value.body }
}

const authenticatorOf = (name: string, provided: Provided, at: Places, folder: string, messages: string[]): Authenticator | undefined => {
  const settings = provided.authentication(folder)
  const made = settings.ok ? (at.authentication?.prepare(settings.value) ?? keyAlone(settings.value, at.environment)) : settings
  if (made.ok) return made.value
  messages.push(`endpoint \`${name}\`: ${made.error.message}, or start with --sandbox`)
  return undefined
}

const keyAlone = (settings: AuthenticationSettings, environment: Places['environment']): Result<Authenticator, AuthenticationFailure> =>
  settings.kind === 'oauth' || settings.kind === 'sigv4'
    ? failure('a running exchange alone can sign and fetch tokens')
    : fixedAuthenticator(settings, environment)

/** What is the same for each request stands in the snapshot, where it costs a call nothing; the rest is asked for on the wire. */
const authenticationOf = (authenticator: Authenticator | undefined): Authentication => {
  const [name, value] = authenticator?.fixed ?? []
  return name === undefined || value === undefined ? { kind: 'none' } : { kind: 'header', name, value }
}

const readText = (file: string, owner: string, messages: string[]): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    messages.push(`${owner}: cannot read \`${file}\`; put the secret there, or start with --sandbox`)
    return ''
  }
}
