import { z } from 'zod'
import { ENDS } from '../../../drills/live/measured.ts'
import { PHASES } from '../../../drills/live/measuring.ts'
import { reportSchema } from '../../../drills/report.ts'
import { PERIOD } from '../../../drills/schedule.ts'
import type { Routes } from './route.ts'

const moment = z.number().int()
const severity = z.enum(['crit', 'warn', 'none'])
const planVerdict = z.object({
  severity,
  kind: z.enum(['untouched', 'lost', 'one-leg', 'dearer', 'no-room', 'stands', 'stands-perhaps']),
  calls: z.number(),
  ofCalls: z.number(),
  demands: z.number(),
  ofDemands: z.number(),
  /** Whether it is so whatever nobody knows. */
  certain: z.boolean(),
  times: z.number().nullable(),
  short: z.array(z.string()),
})
const liveVerdict = z.object({
  severity,
  kind: z.enum(['no-calls', 'failed', 'slower', 'none-failed']),
  failed: z.number(),
  calls: z.number(),
  failedBefore: z.number(),
  callsBefore: z.number(),
  ended: z.enum(ENDS),
})

/** One drill that was carried out and kept. Moments are milliseconds since 1970. */
export const run = z.object({
  id: z.string(),
  drill: z.string(),
  title: z.string(),
  mode: z.enum(['plan', 'live']),
  started: moment,
  /** What was taken away, by name, such as `country:US`. */
  cut: z.array(z.string()),
  verdict: z.union([planVerdict, liveVerdict]),
  /** Of a plan: calls of the window. Of a live drill: those while it lasted. */
  calls: z.number(),
  answered: z.number(),
  refused: z.number(),
  /** Whether simulations stood for the endpoints outside; null of a plan, which asks none. */
  simulated: z.boolean().nullable(),
  /** Whether the exchange's own key signed it, to the byte. */
  signed: z.boolean(),
})

const step = z.object({
  does: z.string(),
  /** Its name; null where what carries most calls is aimed at, or nothing is. */
  target: z.string().nullable(),
  /** `country`, `entity` and so on, where what carries most calls is aimed at. */
  busiest: z.string().nullable(),
  /** How it shows itself on the wire; null where it does not. */
  shows: z.string().nullable(),
  after: z.number(),
  lasts: z.number().nullable(),
})
const scenario = z.object({
  id: z.string(),
  title: z.string(),
  /** The day on which it happened to somebody; null of what is only rehearsed. */
  date: z.string().nullable(),
  happened: z.string(),
  trigger: z.string(),
  origin: z.enum(['shipped', 'owner']),
  steps: z.array(step),
  beyond: z.array(z.string()),
  sources: z.array(z.object({ says: z.string(), at: z.string(), evidence: z.string() })),
  /** Whether any of it shows on the wire, so that it can be run live. */
  live: z.boolean(),
  /** Whether it can be aimed at something else. */
  aimable: z.boolean(),
  last: run.nullable(),
})

const bounds = z.strictObject({
  on: z.enum(['sandbox', 'real']),
  /** The drill's id, typed by whoever orders it. */
  confirmed: z.string(),
  /** The share of real calls that take part. */
  share: z.number().min(0).max(1),
  /** Calls that the drill makes itself. */
  callsPerSecond: z.number().min(0).max(1000),
  mix: z.enum(['synthetic', 'replayed']),
  forSeconds: z.number().min(1).max(3600),
  /** So many failed calls end it. */
  abortAfter: z.number().int().min(1).optional(),
})

const seen = z.object({ calls: z.number(), answered: z.number(), failed: z.number(), refused: z.number() })
const progress = z.object({
  drill: z.string(),
  on: z.enum(['sandbox', 'real']),
  phase: z.enum(['preparing', ...PHASES]),
  since: moment,
  /** Milliseconds that faults last, and that calls are watched before and after. */
  lasts: z.number(),
  watch: z.number(),
  before: seen,
  during: seen,
  after: seen,
})

const scheduled = z.object({
  name: z.string(),
  drill: z.string(),
  mode: z.enum(['plan', 'live']),
  every: z.string(),
  next: z.string(),
  due: z.boolean(),
  last: z.object({ due: z.string(), time: z.string(), says: z.string() }).nullable(),
  failed: z.object({ tried: z.string(), message: z.string() }).nullable(),
  from: z.string(),
  at: z.string(),
  target: z.string().nullable(),
  windowDays: z.number(),
})
/** An entry as it is written. A live one keeps the bounds that its file gives it. */
const entry = z.strictObject({
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the id of a drill'),
  every: z.string().regex(PERIOD, 'must be a period such as `P1Y`, `P6M`, `P2W` or `P90D`'),
  from: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as `2027-01-31`'),
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in UTC such as `03:00`'),
  target: z.string().max(200).optional(),
})
/** In force now, or once those who must agree do. */
const changed = z.object({ says: z.enum(['in-force', 'waits']) })
const schedule = z.object({ schedule: z.array(scheduled), limitPercent: z.number().nullable(), file: z.string() })

export const drillRoutes = {
  'GET /drills': {
    summary: 'Every scenario that can be rehearsed, with what came of it last.',
    may: 'look',
    answer: z.object({ scenarios: z.array(scenario), sandbox: z.boolean() }),
  },
  'GET /drills/runs': {
    summary: 'Drills that were carried out and kept, newest first.',
    may: 'look',
    query: z.object({ before: z.string().max(120).optional(), most: z.coerce.number().int().min(1).max(200).default(50) }),
    answer: z.object({
      runs: z.array(run),
      /** Files that cannot be read as reports, each in one sentence. */
      damaged: z.array(z.string()),
      total: z.number(),
    }),
  },
  'GET /drills/runs/{id}': {
    summary:
      'One report, with the note that signs it and the keys of the log it was signed for. Canonical (RFC 8785), it is the signed file.',
    may: 'look',
    answer: z.object({ report: reportSchema, note: z.string(), keys: z.string(), page: z.boolean(), run }),
  },
  'GET /drills/runs/{id}/page': {
    summary: 'The same report as one signed HTML page that needs nothing else.',
    may: 'look',
    answer: z.object({ html: z.string() }),
  },
  'POST /drills/{scenario}/runs': {
    summary: 'Rehearses: computes a plan and keeps it, or begins a live drill.',
    may: 'operate',
    body: z.strictObject({
      mode: z.enum(['plan', 'live']),
      target: z.string().max(200).optional(),
      windowDays: z.number().int().min(1).max(3660).default(30),
      live: bounds.optional(),
    }),
    /** `run`: null of a live drill, which is kept when it is over. */
    answer: z.object({ run: z.string().nullable() }),
  },
  'GET /drills/running': {
    summary: 'The live drill that runs, and how far it is.',
    may: 'look',
    answer: z.object({
      running: progress.nullable(),
      /** A live drill that was begun from here and of which nothing could be kept. */
      lost: z.object({ drill: z.string(), at: moment, message: z.string() }).nullable(),
    }),
  },
  'DELETE /drills/running': {
    summary: 'Ends the live drill that runs: no fault is injected any more.',
    may: 'operate',
    answer: z.object({ aborted: z.string() }),
  },
  'GET /drills/schedule': { summary: 'Which drills come again, and when.', may: 'look', answer: schedule },
  'PUT /drills/schedule/{name}': {
    summary: 'Writes one entry of the schedule into the owner’s configuration and reads it anew.',
    may: 'govern',
    body: entry,
    answer: changed,
  },
  'DELETE /drills/schedule/{name}': {
    summary: 'Takes one entry out of the schedule.',
    may: 'govern',
    answer: changed,
  },
  'PUT /drills/limit': {
    summary: 'The share of answered calls, in percent, that one country abroad may be able to stop: a line in the trend.',
    may: 'govern',
    body: z.strictObject({ percent: z.number().min(0).max(100).nullable() }),
    answer: changed,
  },
} as const satisfies Routes
