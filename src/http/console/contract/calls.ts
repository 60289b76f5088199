import { z } from 'zod'
import { file, type Routes } from './route.ts'

/** Words that are alternatives, told apart by commas. */
const words = z
  .string()
  .max(2000)
  .transform((text) => text.split(',').filter((word) => word !== ''))
  .optional()
const moment = z.coerce.number().int().nonnegative().optional()
const place = z.enum(['home', 'ally', 'abroad', 'unknown'])
const outcome = z.enum(['answered', 'failed', 'refused'])
const countries = z.array(z.string())

const filter = {
  key: words,
  tenant: words,
  application: words,
  alias: words,
  class: words,
  purpose: words,
  endpoint: words,
  model: words,
  outcome: words.refine((given) => given?.every((word) => outcome.safeParse(word).success) !== false, 'it is answered, failed or refused'),
  place: words.refine((given) => given?.every((word) => place.safeParse(word).success) !== false, 'it is home, ally, abroad or unknown'),
  /** Countries that could see, stop or change what answered; `unknown` is one. */
  see: words,
  stop: words,
  change: words,
  /** Ended at or after, and before: milliseconds since 1970. */
  from: moment,
  to: moment,
  /** Took longer than so many milliseconds. */
  slower: z.coerce.number().nonnegative().optional(),
  /** Cost more than so many units of the exchange’s currency. */
  dearer: z.coerce.number().nonnegative().optional(),
  /** How the call’s id begins. */
  call: z.string().max(31).optional(),
}

const row = z.object({
  call: z.string(),
  /** Index of its record in the log. */
  entry: z.number(),
  /** When it ended, in milliseconds since 1970. */
  ended: z.number(),
  key: z.string(),
  tenant: z.string(),
  application: z.string(),
  alias: z.string(),
  class: z.string(),
  purpose: z.string(),
  outcome,
  /** Null where nobody answered. */
  endpoint: z.string().nullable(),
  model: z.string().nullable(),
  place: place.nullable(),
  see: countries,
  stop: countries,
  change: countries,
  input: z.number(),
  output: z.number(),
  /** Micros. */
  cost: z.number(),
  /** Milliseconds from the first byte in to the last byte out; 0 where it was refused. */
  took: z.number(),
  status: z.number(),
})
/** Calls that ended before are not kept for looking; null where all of the log’s are. */
const since = z.number().nullable()

const policy = z.object({
  id: z.string(),
  reason: z.string(),
  law: z.string().nullable(),
  /** Cedar, with its file and lines; null where it is no policy of the owner’s, or no longer in force. */
  text: z.string().nullable(),
  file: z.string().nullable(),
  line: z.number().nullable(),
})
const decided = z.object({
  endpoint: z.string(),
  model: z.string(),
  permitted: z.boolean(),
  place,
  see: countries,
  policies: z.array(policy),
})

const call = z.object({
  call: z.string(),
  /** By the call’s own id. */
  arrived: z.number(),
  row: row.omit({ call: true, entry: true, ended: true }),
  /** Null while the call runs. */
  ended: z.number().nullable(),
  entry: z.number().nullable(),
  stream: z.object({ name: z.string(), n: z.number() }),
  end: z.string().nullable(),
  estimated: z.boolean(),
  dialect: z.string().nullable(),
  drill: z.string().nullable(),
  observed: z.object({ place: z.string(), verdict: z.string() }).nullable(),
  attempts: z.array(z.object({ endpoint: z.string(), model: z.string(), result: z.string(), place: place.nullable() })),
  seams: z.array(z.object({ from: z.string(), to: z.string(), see: countries, place, characters: z.number(), events: z.number() })),
  warnings: z.array(z.object({ path: z.string(), kind: z.string(), weight: z.string() })),
  moreWarnings: z.number(),
  borders: z.array(
    z.object({
      entry: z.number(),
      time: z.number(),
      endpoint: z.string(),
      model: z.string(),
      attempt: z.number(),
      reserved: z.number(),
      place,
      see: countries,
    }),
  ),
  /** Kind of refusal, where it is one. */
  why: z.string().nullable(),
  law: z.object({
    policy: z.string(),
    facts: z.string(),
    /** Whether policy and facts are those in force now: only then is it said here what each endpoint was decided by. */
    inForce: z.boolean(),
    decisions: z.array(decided),
  }),
  commitments: z.object({ request: z.string().nullable(), response: z.string().nullable(), subject: z.string().nullable() }),
  /** Its salt was destroyed: the commitments can never be opened again, and every proof stays valid. */
  erased: z.boolean(),
  /** Whether this exchange keeps conversations for applications, and how: `unless-refused`, `when-asked` or `never`. */
  keeping: z.string(),
  simulated: z.boolean(),
})

export const callRoutes = {
  'GET /calls/histogram': {
    summary: 'How many calls a filter holds, over time. Exact up to a bound of time, then estimated and said to be.',
    may: 'audit',
    query: z.object({ ...filter, buckets: z.coerce.number().int().min(1).max(400).default(120) }),
    answer: z.object({
      from: z.number(),
      to: z.number(),
      step: z.number(),
      buckets: z.array(z.object({ from: z.number(), answered: z.number(), failed: z.number(), refused: z.number() })),
      total: z.number(),
      exact: z.boolean(),
      since,
    }),
  },
  'GET /calls/words': {
    summary: 'The words that calls can be filtered by, each as some call had it.',
    may: 'audit',
    answer: z.object({ words: z.record(z.string(), z.array(z.string())) }),
  },
  'GET /calls/export': {
    summary: 'Every call of a filter as a file. That it was taken, by whom, is recorded first.',
    may: 'audit',
    query: z.object({ ...filter, form: z.enum(['csv', 'jsonl']).default('csv') }),
    answer: file,
  },
  'GET /calls': {
    summary: 'The newest calls of a filter, 200 at a time: `before` is the `next` of the page before.',
    may: 'audit',
    query: z.object({
      ...filter,
      before: z.coerce.number().int().nonnegative().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(200),
    }),
    answer: z.object({
      rows: z.array(row),
      next: z.number().nullable(),
      /** Time was up before the page was full; `next` goes on from there. */
      partial: z.boolean(),
      since,
    }),
  },
  'GET /calls/{call}': { summary: 'What the records say of one call.', may: 'audit', answer: call },
  'GET /calls/{call}/receipt': {
    summary: 'The receipt of one call, or the log’s promise of one.',
    may: 'audit',
    answer: z.object({ kind: z.enum(['receipt', 'promise']), text: z.string() }),
  },
} as const satisfies Routes
