import { z } from 'zod'
import { fact } from './facts.ts'
import type { Routes } from './route.ts'

/** From 0 to 1. */
const share = z.number().min(0).max(1)
/** Milliseconds since 1970. */
const moment = z.number()
/** ISO 3166-1 alpha-2. */
const country = z.string()
/** Why in a few words: the predicate of the row that matters, over which endpoint, and through whom where it is not the endpoint itself. */
const reason = z.object({ endpoint: z.string(), verb: z.string(), by: z.string().nullable() })
const held = z.object({ share, reason: reason.nullable() })
const powers = <Shape extends z.ZodType>(shape: Shape) => z.object({ see: shape, stop: shape, change: shape })

const endpoint = z.object({
  name: z.string(),
  /** Where its machines stand. Null: no row says so. Facts know countries and no cities, so it is drawn at the middle of the country. */
  country: country.nullable(),
  /** Whether a documented row settles that. */
  settled: z.boolean(),
  models: z.number(),
  /** Of what was asked. */
  share,
  /** Calls that it answered since `recent.since`. */
  recent: z.number(),
  powers: powers(z.object({ countries: z.array(country), unknown: z.boolean() })),
  /** Whether every model of it is cut. */
  cut: z.boolean(),
  simulated: z.boolean(),
})

/** `calls`: those that an endpoint of today answered in the window. `endpoints`: none yet, so each endpoint counts the same. */
const basis = z.object({
  of: z.enum(['calls', 'endpoints']),
  calls: z.number(),
  from: moment,
  to: moment,
  /** Nothing before this is counted; null where all of the log is. */
  countedSince: moment.nullable(),
})

/** What holds a power over one endpoint, by which rows; of whoever is unknown, the rows that would have to be documented. */
const way = z.object({
  endpoint: z.string(),
  share,
  evidence: fact.shape.evidence,
  path: z.array(z.string()),
  missing: z.array(z.string()),
})
const lowering = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prefer'), before: share, after: share, alias: z.string(), route: z.string() }),
  z.object({ kind: z.literal('add'), before: share, after: share, alias: z.string() }),
  z.object({ kind: z.literal('settle'), before: share, after: share, fact: z.string(), because: z.string() }),
])
const power = z.object({ share, ways: z.array(way), lower: z.array(lowering) })

const effect = z.object({
  /** `refused`: nothing is left. `moves`: `to` answers. `doubtful`: it stands unless somebody unknown takes part. `stays`: nothing happens. */
  kind: z.enum(['refused', 'moves', 'doubtful', 'stays']),
  alias: z.string(),
  dataClass: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  /** Calls of the window, or questions where none were asked: see `counts`. */
  amount: z.number(),
  /** Combinations of application and purpose. */
  questions: z.number(),
  /** Millionths over the window by the prices of today; null of what nobody asked. */
  cost: z.object({ before: z.number(), after: z.number().nullable() }).nullable(),
})
const figures = z.object({ refused: z.number(), moves: z.number(), doubtful: z.number(), stays: z.number() })
const route = z.object({
  name: z.string(),
  country: country.nullable(),
  /** Millionths for a million tokens. */
  price: z.object({ input: z.number(), output: z.number() }),
  /** Milliseconds to the first token, as seen of late; null where nothing was. */
  firstTokenMs: z.number().nullable(),
  /** By the owner's own measure; null where there is none. */
  quality: z.number().nullable(),
})

export const mapRoutes = {
  'GET /map': {
    summary:
      'Who could see, stop and change what is run here: shares of each country, and the endpoints with the calls they answered of late.',
    may: 'look',
    answer: z.object({
      basis,
      countries: z.array(z.object({ country, powers: powers(held) })),
      unknown: powers(held),
      /** Facts that would have to be documented before nobody unknown holds a power. */
      missing: z.number(),
      endpoints: z.array(endpoint),
      recent: z.object({ since: moment, calls: z.number() }),
      seat: country,
    }),
  },
  'GET /map/countries/{country}': {
    summary: 'What one country, or `unknown`, could see, stop and change here: by which rows, and what would lower it.',
    may: 'look',
    answer: z.object({ country: z.string(), powers: powers(power), facts: z.array(fact) }),
  },
  'GET /rehearsals/{subject}': {
    summary:
      'What cutting a country, an entity, an endpoint or a model would do to the calls of the window. Sends nothing, changes nothing.',
    may: 'look',
    answer: z.object({
      subject: z.string(),
      basis,
      /** What `amount` and the figures count; each figure is the sum of its rows. */
      counts: z.enum(['calls', 'questions']),
      figures,
      effects: z.array(effect),
      routes: z.array(route),
      /** `endpoint/model` that would answer nobody any more, and those of which nobody knows. */
      takesOut: z.array(z.string()),
      doubtful: z.array(z.string()),
      /** What is really cut meanwhile, and so no part of this. */
      cuts: z.array(z.string()),
    }),
  },
  'POST /rehearsals/{subject}/report': {
    summary: 'Computes the same as a drill of mode `plan`, has it recorded and signed, and keeps its report.',
    may: 'operate',
    body: z.object({}),
    answer: z.object({ drill: z.string(), started: moment, record: z.number(), sentence: z.string(), report: z.string() }),
  },
} as const satisfies Routes
