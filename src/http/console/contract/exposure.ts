import { z } from 'zod'
import { EVIDENCE, SOURCE_KINDS } from '../../../facts/fact.ts'
import type { Routes } from './route.ts'

const share = z.object({ part: z.number(), whole: z.number() })
const measures = { calls: z.number(), tokens: z.number(), spend: z.number() }
const indices = z.object({ calls: z.number().optional(), tokens: z.number().optional(), spend: z.number().optional() })
const ofEachPower = <Schema extends z.ZodType>(schema: Schema) => z.object({ see: schema, stop: schema, change: schema })
const evidence = z.enum(EVIDENCE)

/** Somebody with a power over a route, and the rows by which. */
const way = z.object({ actor: z.string(), outside: z.boolean(), path: z.array(z.string()), evidence })
const power = z.object({
  routes: z.array(z.string()),
  calls: share,
  tokens: share,
  spend: share,
  applications: share,
  aliases: share,
})
/** One of the actors of each member is needed; all members together are enough. */
const member = z.object({ actors: z.array(z.string()), routes: z.array(z.string()), within: z.array(z.string()) })
const demand = z.object({
  alias: z.string(),
  asked: z.array(z.object({ tenant: z.string(), application: z.string(), dataClass: z.string(), purpose: z.string() })),
  routes: z.array(z.string()),
  /** Routes that nobody outside can stop. */
  safe: z.array(z.string()),
  calls: z.number(),
  cuts: z.object({
    /** The fewest outside actors; absent where no number is enough. */
    size: z.number().optional(),
    /** The same if whoever is unknown is one of the others: what can be relied on. */
    guaranteed: z.number().optional(),
    companies: z.number().optional(),
    sets: z.array(z.array(member)),
    allSmallest: z.boolean(),
    all: z.boolean(),
    exact: z.boolean(),
  }),
})
const row = z.object({
  id: z.string(),
  subject: z.string(),
  predicate: z.string(),
  object: z.string(),
  share: z.union([z.number(), z.string()]).optional(),
  validFrom: z.string().optional(),
  validTo: z.string().optional(),
  source: z.string(),
  sourceKind: z.enum(SOURCE_KINDS),
  asOf: z.string(),
  evidence,
  note: z.string().optional(),
  replaces: z.array(z.string()).optional(),
  origin: z.enum(['shipped', 'owner']),
})

/** As `allod exposure --json` prints it (docs/exposure.md). Money in millionths of the currency unit, moments in milliseconds. */
const exposure = z.object({
  exchange: z.string(),
  currency: z.string(),
  day: z.string(),
  home: z.array(z.string()),
  traffic: z
    .object({
      from: z.number(),
      to: z.number(),
      countedSince: z.number().optional(),
      answered: z.object(measures),
      unanswered: z.number(),
      gone: z.number(),
    })
    .optional(),
  routes: z.array(
    z.object({
      route: z.string(),
      subject: z.string(),
      atHome: z.boolean(),
      calls: z.number(),
      origin: z.array(z.string()),
      control: ofEachPower(z.array(way)),
    }),
  ),
  actors: z.array(
    z.object({
      actors: z.array(z.string()),
      powers: ofEachPower(power),
      /** What they can end with nobody's help. */
      alone: z.object({ demands: share, calls: share, applications: share, aliases: share }),
    }),
  ),
  concentration: z.array(
    z.object({
      by: z.enum(['operator', 'country']),
      index: indices,
      atMost: indices,
      parts: z.array(z.object({ name: z.string(), ...measures })),
    }),
  ),
  origins: z.array(z.object({ country: z.string(), routes: z.array(z.string()), calls: share, tokens: share, spend: share })),
  demands: z.array(demand),
  refused: z.number(),
  facts: z.array(
    z.object({
      fact: z.string(),
      because: z.string(),
      routes: z.array(z.string()),
      last: z.array(z.string()),
      others: z.number(),
      demands: share,
      calls: share,
    }),
  ),
  common: z.array(
    z.object({
      kind: z.enum(['company', 'model', 'licence']),
      names: z.array(z.string()),
      how: z.array(z.string()),
      routes: z.array(z.string()),
      aliases: z.array(z.object({ alias: z.string(), routes: share })),
      everything: z.boolean(),
      outside: z.boolean(),
    }),
  ),
  steps: z.number(),
  rows: z.array(row),
})

/** One more target for an alias, and what that changes. */
const remedy = z.object({
  alias: z.string(),
  route: z.string(),
  demands: share,
  safe: z.number(),
  alone: z.object({ before: z.number(), after: z.number() }),
})

const most = z.object({
  /** ISO 3166-1 alpha-2; null where no country outside has this power. */
  country: z.string().nullable(),
  calls: z.number(),
  /** Null where only a report of a drill tells of this day. */
  aliases: z.number().nullable(),
  /** Calls over which somebody unknown has it. */
  unknown: z.number(),
})
const point = z.object({
  day: z.string(),
  /** A row of the day, or a drill's report of a day that has none. */
  from: z.enum(['day', 'drill']),
  /** The drill's report. */
  run: z.string().nullable(),
  calls: z.number(),
  aliases: z.number().nullable(),
  most: ofEachPower(most),
  alone: z.object({ country: z.string().nullable(), demands: z.number() }).nullable(),
  demands: z.number(),
  /** What else changed since the point before: traffic changes always. */
  causes: z.array(z.enum(['policy', 'facts', 'configuration'])),
})

const days = z.coerce.number().int().min(1).max(3660)

export const exposureRoutes = {
  'GET /exposure': {
    summary: 'Who outside can see, stop and change what runs, who together could end what, and what would lower it.',
    may: 'look',
    query: z.object({ days: days.default(30) }),
    answer: z.object({ exposure, remedies: z.array(remedy), limitPercent: z.number().nullable() }),
  },
  'GET /exposure/trend': {
    summary: 'The most that one country outside could do, day by day.',
    may: 'look',
    query: z.object({ days: days.default(365) }),
    answer: z.object({
      /** The first day of which a row is kept; null: none yet. */
      since: z.string().nullable(),
      limitPercent: z.number().nullable(),
      points: z.array(point),
    }),
  },
} as const satisfies Routes
