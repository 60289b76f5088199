import { z } from 'zod'
import { evidence, fact, power } from './facts.ts'
import type { Routes } from './route.ts'

/** ISO 3166-1 alpha-2, or `unknown`. */
const jurisdiction = z.string()
const placeClass = z.enum(['home', 'ally', 'abroad', 'unknown'])
/** Milliseconds since 1970. */
const moment = z.number()
/** Whoever holds one power: the countries by name, and whether there may be others. */
const holders = z.object({ countries: z.array(jurisdiction), unknown: z.boolean() })
const powers = z.object({ see: holders, stop: holders, change: holders })

/**
 * `answering`: calls came of late and were answered. `idle`: none came of late. `resting`: it failed too often and is left alone for a
 * moment. `trying`: after such a rest. `cut`: its owner or the exchange itself cut it off.
 */
const turn = z.enum(['answering', 'idle', 'resting', 'trying', 'cut'])
const health = z.object({
  turn,
  /** Where it rests: when it is tried again. */
  until: moment.nullable(),
  running: z.number(),
  waiting: z.number(),
  /** Share of failures of the last half minute or so, from 0 to 1; null where nothing came. */
  failureShare: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  answerMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
})
/** From the first byte in to the last byte out: the mean of all calls, and percentiles of the newest answers, `of` so many; null of none. */
const took = z.object({ meanMs: z.number().nullable(), p50Ms: z.number().nullable(), p95Ms: z.number().nullable(), of: z.number() })

const row = z.object({
  name: z.string(),
  kind: z.string(),
  /** Null where nothing is claimed of who provides it. */
  provider: z.string().nullable(),
  /** Where its machines stand: the countries the facts name. */
  places: z.array(jurisdiction),
  class: placeClass,
  powers,
  models: z.array(z.string()),
  aliases: z.array(z.string()),
  calls: z.number(),
  failed: z.number(),
  /** Of all answered and refused calls, from 0 to 1; null where there were none at all. */
  share: z.number().nullable(),
  /** Millionths of the exchange's currency. */
  spend: z.number(),
  took,
  health,
  simulated: z.boolean(),
  /** What of it is cut, in the words of the cut; null where nothing is. */
  cut: z.string().nullable(),
})

const member = z.object({
  jurisdiction,
  evidence,
  /** Ids of the rows that put it there, shortest first; the first of them is the answer. */
  paths: z.array(z.array(z.string())),
})
const missing = z.object({
  subject: z.string(),
  question: z.string(),
  powers: z.array(power),
  /** The row that would settle it. */
  fact: z.string(),
  because: z.string(),
  path: z.array(z.string()),
})
const node = z.object({
  id: z.string(),
  kind: z.enum(['endpoint', 'model', 'entity', 'country', 'unknown', 'other']),
  /** 0: what was asked about, then whoever it is with, their owners, and last the countries. */
  layer: z.number(),
})
const edge = z.object({
  from: z.string(),
  to: z.string(),
  /** The predicate; of an edge to what is not known, the open question. */
  verb: z.string(),
  /** Ids of the rows. */
  rows: z.array(z.string()),
  powers: z.array(power),
})
const reach = z.object({
  subject: z.string(),
  date: z.string(),
  threshold: z.number(),
  see: z.array(member),
  stop: z.array(member),
  change: z.array(member),
  missing: z.array(missing),
  nodes: z.array(node),
  edges: z.array(edge),
})

const verdict = z.enum(['honours', 'ignores', 'rejects', 'emulated', 'unknown'])
const behaviour = z.object({
  model: z.string(),
  day: z.string(),
  /** A simulation answered in its place: it says nothing of the endpoint. */
  simulated: z.boolean(),
  ending: z.string(),
  calls: z.number(),
  experiments: z.array(
    z.object({
      id: z.string(),
      number: z.number().nullable(),
      title: z.string(),
      verdict: verdict.nullable(),
      mixed: z.boolean(),
      findings: z.array(z.object({ aspect: z.string(), verdict, says: z.string() })),
    }),
  ),
})
const model = z.object({
  model: z.string(),
  nameThere: z.string(),
  /** Millionths of the currency for a million tokens. */
  price: z.object({ input: z.number(), output: z.number() }),
  maxOutputTokens: z.number(),
  quality: z.number().nullable(),
  /** Models of the fact book that answer there. */
  serves: z.array(z.string()),
  powers,
  health,
})
const user = z.object({
  tenant: z.string(),
  application: z.string(),
  alias: z.string(),
  calls: z.number(),
  failed: z.number(),
  input: z.number(),
  output: z.number(),
  cost: z.number(),
})
const page = row.extend({
  subject: z.string(),
  /** The model the reach below is of. */
  model: z.string(),
  offered: z.array(model),
  reach,
  facts: z.array(fact),
  behaviour: z.array(behaviour),
  history: z.object({
    /** Kept in memory since then, oldest first; nothing before it is known. */
    since: moment,
    everyMs: z.number(),
    points: z.array(
      z.object({
        at: moment,
        model: z.string(),
        turn,
        failureShare: z.number().nullable(),
        firstTokenMs: z.number().nullable(),
        answerMs: z.number().nullable(),
      }),
    ),
  }),
  usage: z.object({ from: moment, to: moment, countedSince: moment.nullable(), users: z.array(user) }),
  settings: z.object({
    address: z.string(),
    dialect: z.string(),
    region: z.string().nullable(),
    /** How it is shown its key, and where that comes from; never the key. */
    authentication: z.string(),
    keyFrom: z.string().nullable(),
    tags: z.array(z.string()),
    maxConnections: z.number(),
    timeoutsMs: z.object({ connect: z.number(), firstByte: z.number(), idle: z.number() }),
  }),
})

const days = z.coerce.number().int().min(1).max(366).default(30)
const profile = z.object({
  name: z.string(),
  title: z.string(),
  kind: z.enum(['hosted', 'engine']),
  dialects: z.array(z.string()),
  regions: z.array(z.object({ name: z.string(), in: z.array(z.string()), facts: z.string().nullable() })),
  parameters: z.array(z.object({ name: z.string(), title: z.string(), default: z.string().nullable(), optional: z.boolean() })),
  takesKey: z.boolean(),
  modelExample: z.string().nullable(),
})
const newEndpoint = z.object({
  provider: z.string().max(63),
  name: z.string().max(63),
  region: z.string().max(80).optional(),
  dialect: z.string().max(40).optional(),
  url: z.string().max(500).optional(),
  models: z.array(z.string().max(200)).min(1).max(50),
  parameters: z.record(z.string().max(80), z.string().max(300)).default({}),
  /** Where its key comes from. The key itself never travels through a browser. */
  key: z.union([z.object({ environment: z.string().max(120) }), z.object({ file: z.string().max(300) })]).optional(),
  /** Asks the endpoint for its models, without content, before anything is written. */
  probe: z.boolean().default(false),
})

export const endpointRoutes = {
  'GET /endpoints': {
    summary: 'Every endpoint: where it is, who holds which power over it, what it answers, and how it is.',
    may: 'look',
    query: z.object({ days }),
    answer: z.object({ from: moment, to: moment, countedSince: moment.nullable(), endpoints: z.array(row) }),
  },
  'GET /endpoints/{name}': {
    summary: 'One endpoint: its reach with every path, the facts, what the lab measured, its health, its prices and who used it.',
    may: 'look',
    query: z.object({ model: z.string().max(200).optional(), days }),
    answer: page,
  },
  'GET /providers': {
    summary: 'The providers an endpoint can be added from, with what each must be told.',
    may: 'look',
    answer: z.object({ providers: z.array(profile) }),
  },
  'POST /endpoints': {
    summary: 'Adds an endpoint from a provider’s profile to the configuration and puts it in force.',
    may: 'operate',
    body: newEndpoint,
    answer: z.object({
      name: z.string(),
      outcome: z.string(),
      subject: z.string(),
      /** How many rows of the fact book speak of it, and which would have to be found. */
      facts: z.number(),
      unknowns: z.array(z.string()),
      probe: z.string(),
    }),
  },
  'POST /endpoints/{name}/probe': {
    summary: 'Asks an endpoint for its models: one request without content.',
    may: 'operate',
    body: z.object({}),
    answer: z.object({
      outcome: z.enum(['listed', 'no-list', 'refused', 'failed', 'skipped']),
      message: z.string(),
      models: z.array(z.string()),
      /** Models of the configuration that it does not list. */
      absent: z.array(z.string()),
    }),
  },
} as const satisfies Routes
