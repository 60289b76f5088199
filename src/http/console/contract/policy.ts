import { z } from 'zod'
import { waiting } from './proposals.ts'
import type { Routes } from './route.ts'

/** What is shown is never changed, so nobody has to copy it. */
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()
/** Ids of the policies that decided. */
const by = list(z.string())
const finding = z.object({ kind: z.string(), message: z.string() })
/** One text of policies: a preset that ships, or a file of the owner’s beside the configuration. */
const text = z.object({ name: z.string(), origin: z.enum(['preset', 'file']), text: z.string() })

const rule = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  reason: z.string(),
  law: z.string().optional(),
  /** What must be done to a call that it permits. One that the exchange cannot meet makes of the permit a refusal. */
  obligations: list(z.string()),
  /** Its text, its first line and its last, counted from 1. */
  file: z.string(),
  from: z.number(),
  through: z.number(),
  /** How many cells of the matrix it decides. */
  decides: z.number(),
})
/** Callers (`tenant/application`) and purposes whose cells are equal share a matrix. */
const matrix = z.object({
  callers: list(z.string()),
  purposes: list(z.string()),
  dataClasses: list(z.string()),
  rows: list(
    z.object({
      endpoint: z.string(),
      model: z.string(),
      cells: list(z.object({ dataClass: z.string(), permit: z.boolean(), by })),
    }),
  ),
})
const checked = z.object({
  passes: z.boolean(),
  /** The digest that records of calls would carry. */
  digest: z.string(),
  failures: list(finding),
  warnings: list(finding),
  rules: list(rule),
  matrices: list(matrix),
  enumerated: z.object({ questions: z.number(), routes: z.number(), failureStates: z.number(), hypotheticalQuestions: z.number() }),
  /** How long the exchange looked. */
  milliseconds: z.number(),
})

const members = list(z.string())
const policy = checked.extend({
  /** Digest of the facts it was decided on, and the day (UTC) they are of. */
  facts: z.string(),
  day: z.string(),
  /** Of the texts alone. Whoever changes one says which edition they changed. */
  edition: z.string(),
  texts: list(text),
  /** Where data could go: each model of each endpoint, with whoever could see what passes there. */
  endpoints: list(z.object({ endpoint: z.string(), model: z.string(), see: members, stop: members, change: members })),
  aliases: list(
    z.object({
      name: z.string(),
      /** `endpoint/model`, and those instead for callers of a country. */
      targets: list(z.string()),
      byJurisdiction: z.record(z.string(), list(z.string())),
      /** Data classes that its owner means it not to serve. */
      refuses: list(z.string()),
    }),
  ),
  callers: list(
    z.object({
      /** `tenant/application`. */
      name: z.string(),
      jurisdiction: z.string(),
      dataClassFloor: z.string(),
      purposes: list(z.string()),
      /** Null: all. */
      aliases: list(z.string()).nullable(),
    }),
  ),
  dataClasses: list(z.string()),
  purposes: list(z.string()),
  /** How many people put another policy in force. */
  needs: z.number(),
  /** Changes that wait for another person. */
  proposed: list(waiting.extend({ changes: list(z.object({ name: z.string(), text: z.string() })) })),
})

const question = { application: z.string().max(200), dataClass: z.string().max(200), purpose: z.string().max(200) }

/** What is permitted of one call, and what is not and why: what the exchange itself would plan for it. */
const tried = z.object({
  /** In the order in which they would be asked. */
  plan: list(
    z.object({ endpoint: z.string(), model: z.string(), by: list(z.object({ id: z.string(), reason: z.string() })), cut: z.boolean() }),
  ),
  refused: list(
    z.object({
      endpoint: z.string(),
      model: z.string(),
      by: list(z.object({ id: z.string(), reason: z.string(), law: z.string().optional() })),
      /** What would make it possible, one sentence each. */
      possible: list(z.string()),
    }),
  ),
})

/** A changed text: the name of one in force, or of a new file of the owner’s. */
const change = { name: z.string().max(80), text: z.string().max(1 << 18, 'a text of policies has at most 262144 characters') }
const problem = z.object({ file: z.string(), line: z.number().optional(), column: z.number().optional(), message: z.string() })
const preview = z.object({
  /** Why it is no policy at all; then nothing else is there. */
  problems: list(problem),
  checked: checked.optional(),
  difference: z
    .object({
      /** Cells that permit now and would not, or the other way. */
      flipped: z.number(),
      /** Cells that would be decided alike, by other policies. */
      redecided: z.number(),
      /** The cells that flip; not all where there are very many. */
      flips: list(
        z.object({
          callers: list(z.string()),
          purpose: z.string(),
          dataClass: z.string(),
          endpoint: z.string(),
          model: z.string(),
          /** What would be so. */
          permit: z.boolean(),
          by,
          /** What decides now. */
          was: by,
        }),
      ),
      /** Of the calls of the last 24 hours. */
      calls: z.object({
        total: z.number(),
        /** Were answered, and would be refused. */
        refused: z.number(),
        /** Were answered, and would be answered by somebody else. */
        elsewhere: z.number(),
        /** Were refused, and would be answered. */
        answered: z.number(),
      }),
    })
    .optional(),
})

const reason = z.string().min(1, 'say why').max(500)
const enforced = z.object({
  digest: z.string(),
  edition: z.string(),
  /** The file that a changed preset became, where one did. */
  copied: z.string().nullable(),
})

const version = z.object({
  number: z.number(),
  /** ISO 8601. */
  at: z.string(),
  /** Nobody, where it was found when the exchange started. */
  by: list(z.string()),
  reason: z.string(),
  digest: z.string(),
  edition: z.string(),
  /** Index of the record of the log that says so. */
  record: z.number(),
  texts: list(z.object({ name: z.string(), origin: z.enum(['preset', 'file']) })),
  /** Lines against the version before; null for the oldest. */
  added: z.number().nullable(),
  removed: z.number().nullable(),
  inForce: z.boolean(),
})

export const policyRoutes = {
  'GET /policy': { summary: 'The policies in force, and what they decide of everything that could be asked.', may: 'look', answer: policy },
  'GET /policy/calls': {
    summary: 'The calls of the last 30 days with data of one class for one purpose, by where they were answered.',
    may: 'look',
    query: z.strictObject(question),
    answer: z.object({
      /** Null: all are counted. Else the moment (ISO 8601) before which calls are not. */
      since: z.string().nullable(),
      calls: list(
        z.object({
          alias: z.string(),
          /** `endpoint/model`; null where nobody answered. */
          route: z.string().nullable(),
          calls: z.number(),
        }),
      ),
    }),
  },
  'POST /policy/try': {
    summary: 'What would become of one call; nothing is sent.',
    may: 'look',
    body: z.strictObject({ ...question, alias: z.string().max(200) }),
    answer: tried,
  },
  'POST /policy/preview': {
    summary: 'What a changed text would change; nothing is put in force.',
    may: 'govern',
    body: z.strictObject(change),
    answer: preview,
  },
  'PUT /policy': {
    summary: 'Puts a changed text in force, whole or not at all.',
    may: 'govern',
    body: z.strictObject({ ...change, edition: z.string().max(80), reason }),
    answer: z.union([waiting, enforced]),
  },
  'GET /policy/history': { summary: 'The policies that were in force, the newest first.', may: 'audit', answer: list(version) },
  'GET /policy/history/{version}': {
    summary: 'One of them, and how it differs from the one before.',
    may: 'audit',
    answer: z.object({
      texts: list(text),
      differences: list(
        z.object({
          name: z.string(),
          lines: list(z.object({ kind: z.enum(['same', 'added', 'removed', 'gap']), text: z.string() })),
        }),
      ),
    }),
  },
  'POST /policy/rollback': {
    summary: 'Puts the texts of an earlier version in force again.',
    may: 'govern',
    body: z.strictObject({ version: z.number().int().positive(), edition: z.string().max(80), reason }),
    answer: z.union([waiting, enforced]),
  },
} as const satisfies Routes
