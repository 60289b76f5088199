import { z } from 'zod'
import { budget } from './home.ts'
import { waiting } from './proposals.ts'
import type { Routes } from './route.ts'

/** Milliseconds since 1970. */
const moment = z.number()
/** As the configuration takes them. */
const NAME = '[a-z0-9][a-z0-9._-]{0,62}'
const name = z.string().regex(new RegExp(`^${NAME}$`), 'must be lower case letters, digits, `.`, `_` or `-`, at most 63 characters')
const spent = z.object({ today: z.number(), month: z.number() })
const rate = z.number().int().positive()

const key = z.object({
  id: z.string(),
  /** The first characters of the secret, to tell keys apart. */
  prefix: z.string(),
  dataClassFloor: z.string(),
  purposes: z.array(z.string()),
  /** Null: all of them. */
  aliases: z.array(z.string()).nullable(),
  requestsPerMinute: rate.nullable(),
  tokensPerMinute: rate.nullable(),
  created: moment,
  expires: moment.nullable(),
  revoked: moment.nullable(),
  /** When its last call ended; null where it had none since that is counted. */
  used: moment.nullable(),
  /** `unused`: in force, and not used for ninety days. */
  state: z.enum(['in-force', 'unused', 'expired', 'revoked']),
  spent,
})
const application = z.object({
  application: z.string(),
  /** Whether the configuration still has it; keys of one that is gone work no longer. */
  configured: z.boolean(),
  dataClassFloor: z.string(),
  purposes: z.array(z.string()),
  /** Null: all of them. */
  aliases: z.array(z.string()).nullable(),
  requestsPerMinute: rate.nullable(),
  tokensPerMinute: rate.nullable(),
  budgets: z.array(budget),
  spent,
  keys: z.array(key),
})
const tenant = z.object({
  tenant: z.string(),
  configured: z.boolean(),
  /** ISO 3166-1 alpha-2. */
  jurisdiction: z.string(),
  budgets: z.array(budget),
  spent,
  applications: z.array(application),
})

const wantedBudget = z.object({ limit: z.number().nonnegative().max(1e12), period: z.enum(['day', 'month', 'total']) })
/** A change of `tenants` in the owner's configuration. */
const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tenant'), tenant: name, jurisdiction: z.string().max(2).optional(), budget: wantedBudget.optional() }),
  z.strictObject({
    kind: z.literal('application'),
    tenant: name,
    application: name,
    dataClassFloor: name.optional(),
    purposes: z.array(name).max(100).optional(),
    aliases: z.array(name).max(100).optional(),
    requestsPerMinute: rate.optional(),
    tokensPerMinute: rate.optional(),
    budget: wantedBudget.optional(),
  }),
  /** Without an application, the tenant's; null takes the budget away. */
  z.strictObject({ kind: z.literal('budget'), tenant: name, application: name.optional(), budget: wantedBudget.nullable() }),
])
export type TenantChange = z.output<typeof change>

export const keyRoutes = {
  'GET /keys': {
    summary: 'Tenants, their applications and keys, with budgets, spending and last use.',
    may: 'audit',
    answer: z.object({
      now: moment,
      tenants: z.array(tenant),
      aliases: z.array(z.string()),
      priorities: z.array(z.string()),
      /** Uses before are not known; null where all are. */
      usedSince: moment.nullable(),
      /** How many people decide about a key, and about the configuration. */
      needs: z.object({ key: z.number(), policy: z.number() }),
    }),
  },
  'POST /keys': {
    summary: 'Makes a key. Its secret is in the answer, once, and kept nowhere.',
    may: 'administer',
    body: z.object({
      /** `tenant/application` */
      application: z.string().regex(new RegExp(`^${NAME}/${NAME}$`), 'must be `tenant/application`'),
      class: name.optional(),
      purposes: z.array(name).max(100).optional(),
      aliases: z.array(name).max(100).optional(),
      /** The first day on which it no longer works. */
      expires: z.string().max(10).optional(),
      requestsPerMinute: rate.optional(),
      tokensPerMinute: rate.optional(),
    }),
    answer: z.union([
      waiting,
      z.object({ id: z.string(), prefix: z.string(), secret: z.string(), application: z.string(), dataClassFloor: z.string() }),
    ]),
  },
  'DELETE /keys/{key}': {
    summary: 'Revokes a key, at once and for good.',
    may: 'administer',
    answer: z.union([waiting, z.object({ revoked: z.string() })]),
  },
  'POST /tenants/preview': {
    summary: 'What a change of tenants, applications or budgets would make of the configuration. Writes nothing.',
    may: 'administer',
    body: change,
    answer: z.object({
      /** To be sent back with the change: it says which text was looked at. */
      basis: z.string(),
      /** The lines that change, from this line of the file on. */
      line: z.number(),
      removed: z.array(z.string()),
      added: z.array(z.string()),
      /** Why the configuration would not load. */
      problems: z.array(z.string()),
    }),
  },
  'PUT /tenants': {
    summary: 'Writes such a change to the configuration and puts it in force, or lets it wait for those who must agree.',
    may: 'administer',
    body: z.object({ change, basis: z.string().max(64) }),
    answer: z.object({ waits: z.boolean() }),
  },
} as const satisfies Routes
