import { z } from 'zod'
import type { Routes } from './route.ts'

export const power = z.enum(['see', 'stop', 'change'])
export const evidence = z.enum(['unverified', 'declared', 'documented', 'attested', 'observed'])

/** One row, as it stands today. */
export const fact = z.object({
  id: z.string(),
  subject: z.string(),
  predicate: z.string(),
  object: z.string(),
  share: z.union([z.number(), z.string()]).nullable(),
  validFrom: z.string().nullable(),
  validTo: z.string().nullable(),
  source: z.string(),
  sourceKind: z.string(),
  asOf: z.string(),
  evidence,
  note: z.string().nullable(),
  /** Shipped rows that it overrules. */
  replaces: z.array(z.string()),
  /** The shipped fact book, the owner's rows in `allod.yaml`, a fact file of the owner's, or what follows from the configuration itself. */
  origin: z.enum(['shipped', 'owner', 'file', 'configuration']),
  /** Days since `asOf`. */
  age: z.number(),
  stale: z.boolean(),
  /** Whether it may settle a question, or only adds. */
  settles: z.boolean(),
  /** Whether it holds today. */
  holds: z.boolean(),
  /** The owner's row that overruled it; null where none did. */
  replacedBy: z.string().nullable(),
})
const predicate = z.object({
  name: z.string(),
  /** What stands before the colon of a subject or an object, such as `entity`. */
  subjects: z.array(z.string()),
  objects: z.array(z.string()),
  /** Objects that are a bare word. */
  words: z.array(z.string()),
  share: z.boolean(),
})

const text = z.string().max(500)
/** A row of the owner's, as it was typed; what is wrong with it is said field by field. */
const proposed = z.object({
  subject: text,
  predicate: text,
  object: text,
  share: z.union([z.number(), text]).optional(),
  validFrom: text.optional(),
  validTo: text.optional(),
  source: z.string().max(2000),
  asOf: text,
  evidence: text,
  note: z.string().max(2000).optional(),
  replaces: z.array(z.string().max(80)).max(20).default([]),
})
const change = z.object({
  add: z.array(proposed).max(50).default([]),
  /** Ids of the owner's rows in `allod.yaml`. */
  remove: z.array(z.string().max(80)).max(50).default([]),
})
const reasons = z.array(z.object({ id: z.string(), reason: z.string() }))
/** A decision that would be another, for these applications: `permit` from then on or no longer, and the policies that decide then and now. */
const flip = z.object({
  callers: z.array(z.string()),
  dataClass: z.string(),
  purpose: z.string(),
  endpoint: z.string(),
  model: z.string(),
  permit: z.boolean(),
  by: reasons,
  was: reasons,
})
const preview = z.object({
  /** What is wrong with a proposed row: its index, its field where one is to blame, and one sentence. */
  problems: z.array(z.object({ row: z.number(), field: z.string().nullable(), message: z.string() })),
  /** Decisions that would be another: all of them counted, the first 200 told. */
  flips: z.array(flip),
  flipsInAll: z.number(),
  decisionsInAll: z.number(),
  powers: z.array(z.object({ endpoint: z.string(), model: z.string(), power, gained: z.array(z.string()), lost: z.array(z.string()) })),
  /** Of the calls of the last 30 days that policy decided: those refused then, those answered elsewhere, those answered that were not. */
  calls: z.object({ total: z.number(), refused: z.number(), elsewhere: z.number(), answered: z.number() }),
  /** What the exhaustive checker finds that it does not find now. */
  failures: z.array(z.string()),
  /** The rows as they would be written, one a line. */
  rows: z.array(z.string()),
  /** Of the configuration this was reckoned from; to be sent back with what is saved. */
  basis: z.string(),
  /** How many people decide a change of facts. */
  needs: z.number(),
})

export const factRoutes = {
  'GET /facts': {
    summary: 'What is known about a subject, with source, date, evidence and age; overruled rows among them.',
    may: 'look',
    query: z.object({ subject: z.string().max(300).optional(), predicate: z.string().max(60).optional() }),
    answer: z.object({
      facts: z.array(fact),
      /** How many fit; at most 500 are told. */
      inAll: z.number(),
      digest: z.string(),
      predicates: z.array(predicate),
    }),
  },
  'POST /facts/preview': {
    summary: 'Which decisions and powers would change if the owner’s facts did. Changes nothing.',
    may: 'look',
    body: change,
    answer: preview,
  },
  'PUT /facts': {
    summary: 'Writes the owner’s facts into the configuration and puts them in force, or lets them wait for a second person.',
    may: 'govern',
    body: change.extend({ basis: z.string().max(80) }),
    answer: z.object({ outcome: z.string(), waits: z.boolean(), digest: z.string() }),
  },
} as const satisfies Routes
