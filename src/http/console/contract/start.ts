import { z } from 'zod'
import { place } from './home.ts'
import type { Routes } from './route.ts'

const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country’s code such as `FR`')
/** A country, or a bloc such as `bloc:EU`. */
const member = z
  .string()
  .regex(/^(?:[A-Z]{2}|bloc:[A-Za-z0-9-]{1,60})$/, 'must be a country’s code such as `FR`, or a bloc such as `bloc:EU`')
const needs = z.number().int().min(1).max(9)
const preset = z.enum(['full-stack', 'coalition', 'hybrid'])
const outcome = z.object({
  /** Whether it waits for those who must agree. */
  waits: z.boolean(),
})

const start = z.object({
  /** Whether nothing was ever changed here: the configuration that a first start writes, and no call. */
  isNew: z.boolean(),
  seat: z.string(),
  operator: z.string(),
  home: z.array(z.string()),
  /** As written, and who that is today. */
  alliance: z.object({ written: z.array(z.string()), members: z.array(z.string()) }),
  /** Blocs of the fact book, with their members today. */
  blocs: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
  owners: z.object({ cut: needs, restore: needs, policy: needs, key: needs, people: z.number() }),
  endpoints: z.array(
    z.object({ name: z.string(), models: z.array(z.string()), place, country: z.string().nullable(), simulated: z.boolean() }),
  ),
  aliases: z.array(z.object({ name: z.string(), targets: z.array(z.string()) })),
  preset: z.string().nullable(),
  drills: z.number(),
})

export const startRoutes = {
  'GET /start': { summary: 'How far an exchange has been set up, and what can be chosen.', may: 'look', answer: start },
  'PUT /start/home': {
    summary: 'Says under which country’s law the owner lives, and who runs this exchange.',
    may: 'administer',
    body: z.strictObject({ seat: country, operator: z.string().trim().min(1).max(200) }),
    answer: outcome,
  },
  'PUT /start/alliance': {
    summary: 'Names whom the owner trusts almost as much as home: the set `alliance`.',
    may: 'administer',
    body: z.strictObject({ members: z.array(member).max(250) }),
    answer: outcome,
  },
  'PUT /start/owners': {
    summary: 'Says how many people must agree to a cut, a restoration, a change of the law and a key.',
    may: 'administer',
    body: z.strictObject({ cut: needs, restore: needs, policy: needs, key: needs }),
    answer: outcome,
  },
  'PUT /start/alias': {
    summary: 'Lets `assistant`, and an alias of its own, lead to a model of an endpoint, or of a simulation that stands for one.',
    may: 'administer',
    body: z.strictObject({
      endpoint: z.string().max(100),
      model: z.string().max(200),
      /** Where the endpoint is not there yet: whose it would be. A simulation on this machine stands for it. */
      simulates: z.string().max(63).optional(),
    }),
    answer: outcome.extend({ alias: z.string() }),
  },
  'POST /start/rules': {
    summary: 'What the policies that ship would decide here; nothing is put in force.',
    may: 'look',
    body: z.strictObject({}),
    answer: z.object({
      presets: z.array(
        z.object({
          preset,
          summary: z.string(),
          /** For each data class, the `endpoint/model` that could answer; empty where nobody could. */
          classes: z.array(
            z.object({ dataClass: z.string(), may: z.array(z.object({ route: z.string(), place, country: z.string().nullable() })) }),
          ),
        }),
      ),
    }),
  },
  'PUT /start/rules': {
    summary: 'Puts one of the policies that ship in force.',
    may: 'administer',
    body: z.strictObject({ preset }),
    answer: outcome,
  },
} as const satisfies Routes
