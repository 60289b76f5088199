// A generated world: law, facts, endpoints, aliases and keys; and what the test itself says about them. Nothing here reads the
// snapshot it builds: the judge knows only what the world was made from.
import assert from 'node:assert/strict'
import type { AliasName, ApplicationId, EndpointId, KeyId, ModelName, TenantId } from '../../src/core/ids.ts'
import type { Jurisdiction, Reach } from '../../src/core/jurisdiction.ts'
import { epochMillis } from '../../src/core/units.ts'
import type { Fact } from '../../src/facts/fact.ts'
import { buildGraph } from '../../src/facts/graph.ts'
import { reachOf, toReach } from '../../src/facts/reach.ts'
import { openWorld, type ReachOptions } from '../../src/facts/world.ts'
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import type { Key } from '../../src/gateway/ports.ts'
import type { Endpoint, Snapshot } from '../../src/gateway/snapshot.ts'
import type { Configuration, RemoteConfiguration } from '../../src/main/config-schema.ts'
import type { Law } from '../../src/main/law.ts'
import { buildSnapshot, type Places } from '../../src/main/snapshot.ts'
import { memoise } from '../../src/policy/memoise.ts'
import { CLASSES, places } from '../policy-worlds.ts'
import { DAY, drawFacts, EU, MODELS } from './facts.ts'
import { drawFeatures, type Features, PRIORITIES } from './features.ts'
import { type GeneratedLaw, LAWS, lawOf, sameContext } from './laws.ts'
import { FORMLESS, SPOKEN } from './spoken.ts'
import type { Tape } from './tape.ts'

export const START = epochMillis(Date.parse('2026-11-22T12:00:00Z'))
export const CALL_TIMEOUT = 10_000
export const CALLER_IDLE = 2000
export const PURPOSES = ['service', 'research', 'training'] as const
/** `shadow` stands in no alias: nothing may ever reach it. */
export const ENDPOINTS = ['near', 'far', 'ally', 'shadow'] as const
export const ALIASES = ['assistant', 'draft'] as const
export const TOKENS: Readonly<Record<string, string>> = { far: 'token-of-far', ally: 'token-of-ally', shadow: 'token-of-shadow' }

/** What each endpoint speaks; an engine of our own speaks OpenAI's chat. */
export type Dialects = Readonly<Record<(typeof ENDPOINTS)[number], (typeof SPOKEN)[number]>>

export type Target = { readonly endpoint: string; readonly model: string }
export type AliasTargets = { readonly targets: readonly Target[]; readonly byJurisdiction: Readonly<Record<string, readonly Target[]>> }

/** One edition of law, facts and configuration: the snapshot the exchange gets, and what it was made from. */
export type Edition = {
  readonly snapshot: Snapshot
  readonly law: GeneratedLaw
  readonly facts: readonly Fact[]
  readonly engineAtHome: boolean
  readonly partners: readonly string[]
  readonly dialects: Dialects
  readonly aliases: Readonly<Record<string, AliasTargets>>
  readonly maxAttempts: number
  readonly features: Features
  readonly reaches: Map<string, Reach>
}

type Made = Omit<Edition, 'snapshot' | 'reaches'>
/** What the test needs of an edition to judge by it. */
type Judged = Omit<Edition, 'snapshot'>

export type Person = { readonly secret: string; readonly key: Key }
export type World = { readonly first: Edition; readonly second: Edition; readonly people: readonly [Person, ...Person[]] }

export const drawWorld = (tape: Tape): World => {
  const people: World['people'] = [drawPerson(tape, 0), drawPerson(tape, 1)]
  const features = drawFeatures(tape)
  const first = drawEdition(tape, people[0].key, features)
  return { first, second: tape.chance(35) ? drawSecond(tape, first, people[0].key) : first, people }
}

/** What a reload may bring: another policy over the same endpoints, other facts, or everything anew. */
const drawSecond = (tape: Tape, first: Edition, key: Key): Edition => {
  switch (tape.below(4)) {
    case 0:
      return first
    case 1: {
      const law = lawOf(sameContext(first.law.number, 1 + tape.below(10)))
      return { ...first, law, snapshot: { ...first.snapshot, policy: memoise(law.compiled()) } }
    }
    case 2: {
      const second = editionOf({ ...first, facts: drawFacts(tape) })
      // What was decided before is remembered, and must not be taken for an answer about other facts.
      return { ...second, snapshot: { ...second.snapshot, policy: first.snapshot.policy } }
    }
    default:
      return drawEdition(tape, key, first.features)
  }
}

/** Most laws refuse most calls. Of a few drawn laws the one that opens most to a key is taken, so that there is something to do wrong. */
const drawEdition = (tape: Tape, key: Key, features: Features): Edition => {
  const made: Omit<Made, 'law'> = {
    facts: drawFacts(tape),
    engineAtHome: tape.chance(40),
    partners: tape.some(['far', 'ally'], 40),
    dialects: { near: tape.pick(SPOKEN), far: tape.pick(SPOKEN), ally: tape.pick(SPOKEN), shadow: tape.pick(SPOKEN) },
    aliases: { assistant: drawAlias(tape), draft: drawAlias(tape) },
    maxAttempts: tape.pick([3, 3, 3, 1, 2, 5]),
    features,
  }
  const reaches = new Map<string, Reach>()
  const asking = { key, dataClass: key.dataClassFloor, purpose: key.purposes[0] }
  let best = { law: lawOf(tape.below(LAWS)), opens: -1 }
  for (let i = 3 + tape.below(5); i > 0; i--) {
    const law = lawOf(tape.below(LAWS))
    const judged = { ...made, law, reaches }
    const opens = targetsFor(judged, 'assistant', key).filter((target) => isPermitted(judged, target, asking)).length
    if (opens > best.opens) best = { law, opens }
  }
  return editionOf({ ...made, law: best.law }, reaches)
}

const ROUTES: readonly [Target, ...Target[]] = [
  { endpoint: 'near', model: 'm1' },
  { endpoint: 'far', model: 'm1' },
  { endpoint: 'ally', model: 'm1' },
  { endpoint: 'far', model: 'm2' },
  { endpoint: 'ally', model: 'm2' },
  { endpoint: 'near', model: 'm2' },
  // Neither is in the snapshot; a configuration cannot say so, but nothing may come of it.
  { endpoint: 'far', model: 'm9' },
  { endpoint: 'gone', model: 'm1' },
]
const drawTargets = (tape: Tape): readonly Target[] => Array.from({ length: 1 + tape.below(4) }, () => tape.pick(ROUTES))
const drawAlias = (tape: Tape): AliasTargets => ({
  targets: drawTargets(tape),
  byJurisdiction: tape.chance(30) ? { [tape.pick(['IN', 'FR', 'DE'])]: tape.chance(15) ? [] : drawTargets(tape) } : {},
})

const drawPerson = (tape: Tape, index: number): Person => {
  const jurisdiction = tape.pick([undefined, undefined, 'FR', 'IN', 'DE'])
  const purposes = tape.some(['research', 'training', 'ghost'], 50)
  const first = tape.pick(['service', 'service', 'research', ...(tape.chance(6) ? ['ghost'] : [])])
  const key: Key = {
    id: `key-${index}` as KeyId,
    tenant: tape.pick(['city', 'agency', 'stranger']) as TenantId,
    application: tape.pick(['desk', 'bot']) as ApplicationId,
    dataClassFloor: tape.pick([
      'public',
      'public',
      'public',
      'internal',
      'internal',
      'confidential',
      'secret',
      ...(tape.chance(5) ? ['cosmic'] : []),
    ]),
    purposes: [first, ...purposes],
    aliases: tape.chance(15) ? new Set(tape.some(ALIASES, 75) as AliasName[]) : 'all',
    ...(index === 0 ? {} : { priority: 'first' }),
    ...(jurisdiction === undefined ? {} : { jurisdiction: jurisdiction as Jurisdiction }),
  }
  return { secret: `allod_secret-of-key-${index}`, key }
}

// ---- from a world to a snapshot, by the exchange's own code ---------------------------------------------------------------

const OPTIONS: ReachOptions = { date: DAY, threshold: 25, maxAgeDays: 1095 }
const AT: Places = { engineSocket: () => '/nowhere/engine.sock', simulation: () => undefined, environment: TOKENS }

let editions = 0
export const editionOf = (made: Made, reaches: Edition['reaches'] = new Map()): Edition => {
  const { law, facts } = made
  const graph = buildGraph(facts)
  const read: Law = {
    day: DAY,
    facts,
    graph,
    factsDigest: `facts of edition ${++editions}`,
    context: law.context,
    policies: law.compiled(),
    texts: [],
    blocs: new Map([['EU', places(...EU)]]),
    world: (picks) => openWorld(graph, { ...OPTIONS, picks }),
  }
  const loaded = { configuration: configurationOf(made), file: 'allod.yaml', folder: '/nowhere' }
  const measured = made.features.formless ? new Map(ENDPOINTS.map((name) => [name, FORMLESS])) : undefined
  const built = buildSnapshot(loaded, read, AT, measured)
  return { ...made, reaches, snapshot: built.ok ? built.value : assert.fail(built.error.messages.join('\n')) }
}

const MODEL = { price: { input: 1, output: 2 }, maxOutputTokens: 100 }
const ENGINE = {
  kind: 'engine',
  weights: 'seed.gguf',
  model: 'm1',
  parallel: 4,
  gpu: false,
  tags: [],
  price: MODEL.price,
  maxOutputTokens: 100,
} as const

const modelAt = (name: string, model: string, { rooms }: Features) => {
  const concurrency = rooms.get(`${name}/${model}`)
  return { ...MODEL, quality: model.length + name.length, ...(concurrency === undefined ? {} : { concurrency }) }
}

type RemoteName = (typeof ENDPOINTS)[number]
const remote = (
  name: RemoteName,
  { partners, dialects, features }: Pick<Made, 'partners' | 'dialects' | 'features'>,
): RemoteConfiguration => ({
  kind: dialects[name],
  provider: 'openai-compatible',
  parameters: {},
  baseUrl: `http://${name}.example/v1`,
  authentication:
    name === 'far'
      ? { kind: 'bearer', tokenEnvironment: 'far' }
      : name === 'near'
        ? { kind: 'none' }
        : { kind: 'header', name: 'X-Key', valueEnvironment: name },
  pick: {},
  models: Object.fromEntries(MODELS.map((model) => [model, modelAt(name, model, features)])),
  timeouts: { connectSeconds: 1, firstByteSeconds: 2, idleSeconds: 2 },
  maxConnections: 4,
  simulated: false,
  tags: partners.includes(name) ? ['partner'] : [],
})

const configurationOf = (made: Made): Configuration => {
  const { law, engineAtHome, aliases, maxAttempts, features } = made
  const text = ({ endpoint, model }: Target) => `${endpoint}/${model}`
  return {
    exchange: { name: 'test', seat: 'FR', operator: 'the test' },
    home: [...law.context.home],
    currency: 'EUR',
    listen: '',
    dataClasses: CLASSES,
    personalData: { raise: {}, names: 'off' },
    purposes: Object.fromEntries(PURPOSES.map((name) => [name, {}])),
    sets: {},
    dates: {},
    policy: { files: [] },
    facts: { files: [], rows: [], ownershipThresholdPercent: 25, staleAfterDays: 1095 },
    lab: { staleAfterDays: 90 },
    drills: { files: [], schedule: [], action: 'use-internal' },
    cuts: { running: 'finish' },
    console: { sessions: { idleMinutes: 60, hours: 12 }, signIn: { password: true, passkey: true } },
    alerts: { webhooks: [], budgetShare: 1 },
    approvals: { cut: 1, restore: 1, policy: 1, key: 1, waitMinutes: 60, breakGlassMinutes: 60 },
    endpoints: Object.fromEntries(
      ENDPOINTS.map((name) => [
        name,
        name === 'near' && engineAtHome ? { ...ENGINE, ...modelAt(name, 'm1', features), tags: [] } : remote(name, made),
      ]),
    ),
    aliases: Object.fromEntries(
      Object.entries(aliases).map(([name, { targets, byJurisdiction }]) => {
        const places = Object.entries(byJurisdiction).map(([country, list]) => [country, list.map(text)])
        return [
          name,
          {
            targets: targets.map(text),
            byJurisdiction: Object.fromEntries(places),
            refuses: [],
            bridges: 'all',
            unsupported: 'warn',
            order: features.order,
            weights: features.weights,
            scarcity: features.scarcity,
            continuations: features.continuations,
            hedge: features.hedge,
          },
        ]
      }),
    ),
    tenants: {},
    priorities: PRIORITIES,
    health: features.health,
    conversations: { keep: 'never', retentionDays: 30, maxBytesPerTurn: 1, maxBytesPerApplication: 1 },
    limits: {
      maxBodyBytes: 10_000,
      maxResponseBytes: 20_000,
      maxAttempts,
      callTimeoutSeconds: CALL_TIMEOUT / 1000,
      maxConcurrentCalls: 3,
      callerIdleSeconds: CALLER_IDLE / 1000,
      headersTimeoutSeconds: 10,
      drainSeconds: 30,
    },
  }
}

// ---- what the test says about it ------------------------------------------------------------------------------------------

/** Whether an edition has this model at this endpoint. */
export const exists = ({ engineAtHome }: Judged, { endpoint, model }: Target): boolean =>
  ENDPOINTS.some((name) => name === endpoint) &&
  (endpoint === 'near' && engineAtHome ? model === 'm1' : MODELS.some((name) => name === model))

const graphs = new WeakMap<readonly Fact[], ReturnType<typeof buildGraph>>()
const graphOf = (facts: readonly Fact[]): ReturnType<typeof buildGraph> => {
  const graph = graphs.get(facts) ?? buildGraph(facts)
  graphs.set(facts, graph)
  return graph
}

/** INVARIANT(G3): the sets, computed afresh from the facts. */
export const reachIn = (edition: Judged, { endpoint, model }: Target): Reach => {
  const subject = endpoint === 'near' && edition.engineAtHome ? 'endpoint:near' : `endpoint:${endpoint}/${model}`
  const reach = edition.reaches.get(subject) ?? toReach(reachOf(graphOf(edition.facts), subject, OPTIONS))
  edition.reaches.set(subject, reach)
  return reach
}

export const isAtHome = (edition: Judged, target: Target): boolean =>
  reachIn(edition, target).see.every((member) => edition.law.context.home.has(member))

/** Where an alias leads for a key, in order, each target once. The seat of every world is FR. */
export const targetsFor = (edition: Judged, alias: string, key: Key): readonly Target[] => {
  const { targets = [], byJurisdiction = {} } = edition.aliases[alias] ?? {}
  const list = byJurisdiction[key.jurisdiction ?? 'FR'] ?? targets
  const names = list.filter((target) => exists(edition, target)).map(({ endpoint, model }) => `${endpoint}/${model}`)
  return [...new Set(names)].map((name) => {
    const [endpoint = '', model = ''] = name.split('/')
    return { endpoint, model }
  })
}

export type Asking = { readonly key: Key; readonly dataClass: string; readonly purpose: string }

/** Whether policy permits this endpoint model for such a call, by the model of the law. */
export const isPermitted = (edition: Judged, target: Target, { key, dataClass, purpose }: Asking): boolean =>
  edition.law.permits({
    tenant: key.tenant,
    application: key.application,
    dataClass,
    purpose,
    endpoint: target.endpoint as EndpointId,
    model: target.model as ModelName,
    reach: reachIn(edition, target),
    facts: [],
    tags: edition.partners.includes(target.endpoint) ? ['partner'] : [],
  })

/** What an endpoint of an edition speaks. */
export const dialectOf = ({ engineAtHome, dialects }: Judged, { endpoint }: Pick<Target, 'endpoint'>): DialectName =>
  endpoint === 'near' && engineAtHome ? 'openai-chat' : dialects[endpoint as (typeof ENDPOINTS)[number]]

export const endpointOf = (edition: Edition, name: string): Endpoint | undefined => edition.snapshot.endpoints.get(name as EndpointId)
