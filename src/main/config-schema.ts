import { z } from 'zod'
import { isName } from '../core/ids.ts'
import { parseDay } from '../core/units.ts'
import { PERIOD } from '../drills/schedule.ts'
import { ACTIONS, LEGAL_FORMS } from '../facts/licence/book.ts'
import type { DialectName } from '../gateway/dialects/neutral.ts'
import { BRIDGES } from '../gateway/providers/bridging.ts'
import { ALERT_KINDS } from '../http/alerts/alert.ts'
import { ROLES } from '../store/administrators.ts'

/**
 * The shape of `allod.yaml`. Unknown fields are refused; every field stands in `docs/configuration.md` with unit and default
 * (a test compares the two). Secrets never stand here: only the file or the environment variable that holds one.
 */
const name = z.string().refine(isName, 'must be lower case letters, digits, `.`, `_` or `-`, at most 63 characters')
const positive = z.number().int().positive()
const jurisdiction = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as `FR`')
/** A country, or a bloc of the fact book whose members of the day are meant. */
const place = z.string().regex(/^([A-Z]{2}|bloc:[A-Za-z0-9.-]+)$/, 'must be a country such as `FR` or a bloc such as `bloc:EU`')
const day = z.string().refine((text) => parseDay(text) !== undefined, 'must be a day such as `2027-12-31`')
const money = z.number().nonnegative()
const target = z.string().regex(/^[^/\s]+\/\S+$/, 'must be `endpoint/model`')

const price = z.strictObject({ input: money, output: money })
const concurrency = z.strictObject({
  calls: positive,
  queue: z.number().int().nonnegative().default(64),
  waitSeconds: z.number().positive().default(30),
})
const model = z.strictObject({
  subject: z
    .string()
    .regex(/^model:\S+$/, 'must be a model of the fact book, such as `model:swiss-ai/Apertus-8B-2509`')
    .optional(),
  price: price.default({ input: 0, output: 0 }),
  maxOutputTokens: positive.default(4096),
  quality: z.number().nonnegative().optional(),
  concurrency: concurrency.optional(),
})

const DIALECTS = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'gemini',
  'cohere-chat',
  'bedrock-converse',
  'gigachat',
] as const satisfies readonly DialectName[]

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('key'),
    keyFile: z.string().optional(),
    keyEnvironment: z.string().optional(),
    method: z.enum(['bearer', 'header', 'oauth', 'sigv4']).optional(),
    tokenUrl: z.url({ protocol: /^https?$/ }).optional(),
  }),
  z.strictObject({ kind: z.literal('bearer'), tokenFile: z.string().optional(), tokenEnvironment: z.string().optional() }),
  z.strictObject({
    kind: z.literal('header'),
    name: z.string(),
    valueFile: z.string().optional(),
    valueEnvironment: z.string().optional(),
  }),
])

const timeouts = z.strictObject({
  connectSeconds: z.number().positive().default(5),
  firstByteSeconds: z.number().positive().default(120),
  idleSeconds: z.number().positive().default(60),
})

const engineEndpoint = z.strictObject({
  kind: z.literal('engine'),
  weights: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  model: name.default('local'),
  contextTokens: positive.optional(),
  parallel: positive.default(4),
  threads: positive.optional(),
  gpu: z.boolean().default(false),
  subject: z.string().optional(),
  price: price.default({ input: 0, output: 0 }),
  maxOutputTokens: positive.default(1024),
  quality: z.number().nonnegative().optional(),
  concurrency: concurrency.optional(),
  tags: z.array(name).default([]),
})

const remoteEndpoint = z.strictObject({
  kind: z.enum(DIALECTS),
  provider: name.default('openai-compatible'),
  region: name.optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  authentication: authentication.default({ kind: 'none' }),
  certificateAuthorityFile: z.string().optional(),
  publicKeyPins: z
    .array(z.string().regex(/^sha256\/[A-Za-z0-9+/]{43}=$/, 'must be `sha256/` and the Base64 of the SHA-256 of a public key'))
    .min(1)
    .optional(),
  subject: z.string().optional(),
  pick: z.strictObject({ region: jurisdiction.optional(), customer: jurisdiction.optional() }).prefault({}),
  models: z.record(z.string(), model),
  timeouts: timeouts.prefault({}),
  maxConnections: positive.default(64),
  simulated: z.boolean().default(false),
  tags: z.array(name).default([]),
})

const budget = z.strictObject({ limit: money, period: z.enum(['day', 'month', 'total']) })

const application = z.strictObject({
  dataClassFloor: name.optional(),
  purposes: z.array(name).min(1).optional(),
  aliases: z.array(name).min(1).optional(),
  jurisdiction: jurisdiction.optional(),
  requestsPerMinute: positive.optional(),
  tokensPerMinute: positive.optional(),
  priority: name.optional(),
  budget: budget.optional(),
})

const tenant = z.strictObject({
  jurisdiction: jurisdiction.optional(),
  keepsFrom: name.optional(),
  budget: budget.optional(),
  applications: z.record(name, application),
})

const alias = z.strictObject({
  targets: z.array(target),
  byJurisdiction: z.record(jurisdiction, z.array(target)).default({}),
  refuses: z.array(name).default([]),
  bridges: z.union([z.enum(['all', 'none']), z.array(z.enum(BRIDGES))]).default('all'),
  unsupported: z.enum(['refuse', 'warn']).default('refuse'),
  order: z.enum(['listed', 'weighted', 'fastest', 'cheapest', 'best']).default('listed'),
  weights: z.record(target, z.number().nonnegative()).default({}),
  scarcity: z
    .array(
      z.strictObject({
        above: z.number().nonnegative(),
        spares: z.array(name).default([]),
        model: target.optional(),
        maxOutputTokens: positive.optional(),
        refuse: z.literal(true).optional(),
      }),
    )
    .default([]),
  continuations: z.number().int().min(0).max(5).default(0),
  hedge: z.strictObject({ afterMs: positive, share: z.number().positive().max(1).default(0.05) }).optional(),
})

const limits = z.strictObject({
  maxBodyBytes: positive.default(32 * 1024 * 1024),
  maxResponseBytes: positive.default(64 * 1024 * 1024),
  maxAttempts: positive.default(4),
  callTimeoutSeconds: z.number().positive().default(600),
  maxConcurrentCalls: positive.default(512),
  callerIdleSeconds: z.number().positive().default(60),
  headersTimeoutSeconds: z.number().positive().default(10),
  drainSeconds: z.number().nonnegative().default(30),
})

const cuts = z.strictObject({ running: z.enum(['finish', 'abort']).default('finish') })

/** What waits for people, or was decided by one alone, is over after a week at the latest. */
const WEEK_MINUTES = 10_080
/** How many people decide an act. */
const people = z.number().int().min(1).max(9).default(1)
const approvals = z.strictObject({
  cut: people,
  restore: people,
  policy: people,
  key: people,
  waitMinutes: positive.max(WEEK_MINUTES).default(60),
  breakGlassMinutes: positive.max(WEEK_MINUTES).default(60),
})
const listen = z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):\d{1,5}$/, 'must be `host:port`, or `[address]:port`')
const admin = z.strictObject({ listen })

const openid = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  title: z.string().min(1).max(60),
  clientId: z.string().min(1),
  clientSecretFile: z.string().optional(),
  clientSecretEnvironment: z.string().optional(),
  scopes: z.array(z.string().min(1)).min(1).default(['openid', 'profile']),
  nameClaim: z.string().min(1).default('preferred_username'),
  roleClaim: z.string().min(1).default('groups'),
  roles: z.record(z.string(), z.enum(ROLES)),
  hosts: z.array(z.string().min(1)).default([]),
})
const adminConsole = z.strictObject({
  serve: z.boolean().optional(),
  listen: listen.optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  sessions: z.strictObject({ idleMinutes: positive.max(1440).default(60), hours: positive.max(168).default(12) }).prefault({}),
  signIn: z
    .strictObject({ password: z.boolean().default(true), passkey: z.boolean().default(true), openid: openid.optional() })
    .prefault({}),
})

const kinds = z
  .array(z.enum(ALERT_KINDS))
  .min(1)
  .default([...ALERT_KINDS])
const alerts = z.strictObject({
  webhooks: z.array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), secretFile: z.string(), kinds })).default([]),
  mail: z
    .strictObject({
      host: z.string().min(1),
      port: z.number().int().min(1).max(65_535).default(587),
      security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
      user: z.string().optional(),
      passwordFile: z.string().optional(),
      from: z.email(),
      to: z.array(z.email()).min(1),
      kinds,
    })
    .optional(),
  budgetShare: z.number().gt(0).max(1).default(0.8),
})

const conversations = z.strictObject({
  keep: z.enum(['unless-refused', 'when-asked', 'never']).default('unless-refused'),
  retentionDays: z.number().positive().default(30),
  maxBytesPerTurn: positive.default(16 * 1024 * 1024),
  maxBytesPerApplication: positive.default(1024 * 1024 * 1024),
})

const lab = z.strictObject({ staleAfterDays: positive.default(90) })

/** What a live drill that nobody watches may do at most. */
const liveBounds = z.strictObject({
  on: z.enum(['sandbox', 'real']),
  confirmed: z.string().optional(),
  share: z.number().min(0).max(1).default(0),
  callsPerSecond: z.number().min(0).max(1000).default(0),
  mix: z.enum(['synthetic', 'replayed']).default('synthetic'),
  forSeconds: z.number().min(1).max(3600),
  abortAfter: positive,
})
const scheduledDrill = z.strictObject({
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the id of a drill, such as `disconnect`'),
  name: name.optional(),
  target: z.string().optional(),
  every: z.string().regex(PERIOD, 'must be an ISO 8601 duration of one unit, such as `P1Y`, `P6M`, `P2W` or `P90D`'),
  from: day,
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in UTC such as `03:00`')
    .default('03:00'),
  windowDays: positive.default(30),
  mode: z.enum(['plan', 'live']).default('plan'),
  live: liveBounds.optional(),
})
const drills = z.strictObject({
  files: z.array(z.string()).default([]),
  schedule: z.array(scheduledDrill).default([]),
  limitPercent: z.number().min(0).max(100).optional(),
  legalForm: z.enum(LEGAL_FORMS).optional(),
  action: z.enum(ACTIONS).default('use-internal'),
})

/** A share of a whole. */
const share = z.number().min(0).max(1)
const seconds = z.number().positive()
const health = z.strictObject({
  breaker: z
    .union([
      z.literal('off'),
      z.strictObject({
        failures: positive.default(5),
        failureShare: share.default(0.5),
        minimumCalls: positive.default(20),
        restSeconds: seconds.default(1),
        longestRestSeconds: seconds.default(10),
        trials: positive.default(1),
      }),
    ])
    .prefault({}),
  ageingSeconds: seconds.default(15),
  retries: z.union([z.literal('off'), z.strictObject({ share: share.default(0.2), most: positive.default(10) })]).prefault({}),
  cuts: z
    .union([
      z.literal('off'),
      z.strictObject({
        attempts: positive.default(10),
        seconds: seconds.default(5),
        restSeconds: seconds.default(30),
        longestRestSeconds: seconds.default(600),
      }),
    ])
    .prefault({}),
  outliers: z
    .union([
      z.literal('off'),
      z.strictObject({ minimumCalls: positive.default(20), failureShare: share.default(0.2), factor: z.number().min(1).default(3) }),
    ])
    .default('off'),
})

/** Personal data in calls: what they make of a call, and which of them are found. */
const personalData = z.strictObject({
  raise: z
    .record(z.string().regex(/^(?:[a-z][a-z-]*)?\*?$/, 'must be a class such as `iban`, or the beginning of some with `*`'), name)
    .default({}),
  minimum: share.optional(),
  names: z.enum(['off', 'titled']).default('titled'),
})

export const configurationSchema = z.strictObject({
  exchange: z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9./-]{0,127}$/, 'must be lower case letters, digits, `.`, `/` or `-`'),
    seat: jurisdiction,
    operator: z.string().min(1),
    entity: z
      .string()
      .regex(/^entity:[a-z0-9][a-z0-9._-]*$/, 'must be an entity of the fact book, such as `entity:scaleway`')
      .optional(),
  }),
  home: z.array(place).min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as `EUR`'),
  listen: z.string().default('127.0.0.1:8080'),
  dataClasses: z.array(name).min(1).default(['public', 'internal', 'confidential', 'secret']),
  priorities: z
    .array(name)
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'a name stands twice')
    .default(['emergency', 'health', 'administration', 'everything']),
  personalData: personalData.prefault({}),
  purposes: z.record(name, z.strictObject({ legalBasis: z.string().optional() })).default({ general: {} }),
  sets: z.record(name, z.array(place)).default({}),
  dates: z.record(name, day).default({}),
  policy: z.strictObject({
    preset: z.enum(['full-stack', 'coalition', 'hybrid', 'partnership']).optional(),
    files: z.array(z.string()).default([]),
  }),
  facts: z
    .strictObject({
      files: z.array(z.string()).default([]),
      rows: z.array(z.record(z.string(), z.unknown())).default([]),
      ownershipThresholdPercent: z.number().min(0).max(100).default(25),
      staleAfterDays: positive.default(1095),
    })
    .prefault({}),
  endpoints: z.record(name, z.discriminatedUnion('kind', [engineEndpoint, remoteEndpoint])),
  aliases: z.record(name, alias),
  tenants: z.record(name, tenant),
  limits: limits.prefault({}),
  health: health.prefault({}),
  conversations: conversations.prefault({}),
  lab: lab.prefault({}),
  drills: drills.prefault({}),
  cuts: cuts.prefault({}),
  approvals: approvals.prefault({}),
  admin: admin.optional(),
  console: adminConsole.prefault({}),
  alerts: alerts.prefault({}),
})

export type Configuration = z.output<typeof configurationSchema>
export type ScheduledDrill = Configuration['drills']['schedule'][number]
export type EndpointConfiguration = Configuration['endpoints'][string]
export type EngineConfiguration = Extract<EndpointConfiguration, { kind: 'engine' }>
export type RemoteConfiguration = Exclude<EndpointConfiguration, { kind: 'engine' }>
