import { z } from 'zod'
import type { Routes } from './route.ts'

const count = z.number().int().nonnegative()
/** Milliseconds since 1970. */
const moment = z.number()
/** Millionths of the exchange's currency. */
const money = z.number()

/** Where something is to the owner: inside home, inside the alliance, in another country, or not known to be in any of these. */
export const place = z.enum(['home', 'ally', 'abroad', 'unknown'])
const perPlace = z.object({ home: count, ally: count, abroad: count, unknown: count })

/** A budget in the window that runs. */
export const budget = z.object({
  scope: z.enum(['tenant', 'application', 'key']),
  owner: z.string(),
  period: z.enum(['day', 'month', 'total']),
  /** The current window: `total`, `2026-11` or `2026-11-22`. */
  window: z.string(),
  limit: money,
  spent: money,
  /** Held by calls whose outcome is not known yet, and by processes that may spend it without asking. */
  reserved: money,
  /** Where the spending of this window goes on as it did: when nothing is left, before the window ends. */
  ends: moment.nullable(),
})

/** An incident of the log, or what somebody did about one. */
export const incident = z.object({
  /** Its record's number in the log. */
  entry: count,
  time: moment,
  kind: z.enum(['incident', 'cut', 'restore']),
  /** Of an incident, what happened: `cut-detected`, `place-contradicted`, `engine-exited`, … */
  what: z.string(),
  severity: z.enum(['critical', 'warning', 'notice']),
  /** The endpoint, or what was cut. */
  subject: z.string(),
  /** What the record says in words; empty where its fields say all. */
  message: z.string(),
  /** Who decided it: names of people, or `exchange`. */
  by: z.array(z.string()),
  /** Who has looked at it, and what they wrote. */
  acknowledged: z.object({ by: z.string(), time: moment, note: z.string() }).nullable(),
})

const severity = z.enum(['critical', 'warning', 'notice'])
/** What somebody should do something about. `subject` names it; the other members are there where they mean something. */
const need = z.object({
  kind: z.enum([
    'log-stalled',
    'budget-spent',
    'budget-ends',
    'proposal-waits',
    'incidents-open',
    'endpoint-resting',
    'endpoint-cut-off',
    'engine-down',
    'keys-unused',
    'drill-overdue',
    'drill-failed',
    'facts-stale',
    'reach-unknown',
    'date-ends',
  ]),
  severity,
  subject: z.string(),
  /** How many it is about. */
  count: count.optional(),
  /** When it happens, happened, or was last well. */
  time: moment.optional(),
  /** What the exchange says of it in words. */
  message: z.string().optional(),
  limit: money.optional(),
})

const endpoint = z.object({
  endpoint: z.string(),
  model: z.string(),
  place,
  /** Of those who can see what passes there, the country that puts it in this place; null where none is known. */
  country: z.string().nullable(),
  simulated: z.boolean(),
  /** `well`, `untried` (no call came to it since the start), `resting`, `cut-off` (it does not answer us), `cut` (by the owner), `starting`, `down`. */
  state: z.enum(['well', 'untried', 'resting', 'cut-off', 'cut', 'starting', 'down']),
  failureShare: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  answerMs: z.number().nullable(),
  /** Calls of today that it answered. */
  calls: count,
})

const home = z.object({
  now: moment,
  /** The day that runs, in UTC: `YYYY-MM-DD`. */
  day: z.string(),
  calls: z.object({
    today: count,
    yesterday: count,
    /** Calls of today that came to no whole answer, refusals left out. */
    failed: count,
    /** The last sixty minutes, the oldest first; the last one still runs. Counted in memory. */
    perMinute: z.array(count),
    refusedPerMinute: z.array(count),
    /** From when on minutes are counted: the start of this process. */
    since: moment,
    /** From when on days are counted, where the log is older than the counting. */
    countedSince: moment.nullable(),
  }),
  /** Where the answers of today came from. */
  answered: perPlace,
  refusals: z.object({
    /** Of today, from the log. */
    byPolicy: count,
    /** Of today, in memory since `since`: nothing was asked, so nothing is on record. */
    byBudget: count,
    byRate: count,
    since: moment,
  }),
  /** Null to those who may not see every record. */
  spend: z.object({ today: money, month: money, budgets: z.array(budget) }).nullable(),
  incidents: z.array(incident),
  needs: z.array(need),
  log: z.object({
    records: count,
    /** Records under the last checkpoint. */
    size: count,
    /** When the last checkpoint was signed, by the clock of its cosigner. */
    checkpoint: moment.nullable(),
    /** Names of keys that signed it besides the log's own. */
    cosigners: z.array(z.string()),
    /** Of these, those of other parties. */
    witnesses: z.array(z.string()),
    stalled: z.string().nullable(),
  }),
  endpoints: z.array(endpoint),
})

const share = z.object({ part: count, whole: count })
/** The country that holds a power over most, and over how much; null where none outside holds it. */
const most = z.object({ country: z.string(), share, endpoints: share }).nullable()
const exposure = z.object({
  day: z.string(),
  /** What `share` counts: calls of the last thirty days, or endpoints while there were none. */
  basis: z.enum(['calls', 'endpoints']),
  days: count,
  see: most,
  stop: most,
  change: most,
  /** How much lies under a power of somebody who is not known. */
  unknown: z.object({ see: share, stop: share, change: share }),
  /** `drills.limitPercent`: what the owner lets one country abroad be able to stop; null where nothing was said. */
  limitPercent: z.number().nullable(),
})

export const homeRoutes = {
  'GET /home': { summary: 'What runs, whether it is well, and what needs somebody.', may: 'look', answer: home },
  'GET /home/exposure': { summary: 'The most that one outside country can see, stop and change.', may: 'look', answer: exposure },
} as const satisfies Routes
