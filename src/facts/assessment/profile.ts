// A profile: the questions of one framework, what each of its levels takes, and which facts, records or drills can answer (spec/profiles.md).
import { z } from 'zod'
import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { parseDay } from '../../core/units.ts'
import { parseCountry } from '../countries.ts'
import { EVIDENCE, SOURCE_KINDS } from '../fact.ts'
import { mistakesIn } from '../mistakes.ts'
import { decodeYaml } from '../yaml-rows.ts'
import { ASPECT_NAMES } from './aspects.ts'

/** One line for people: control characters and reversals of direction could show a reader something else than what is there. */
export const text = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, 'must be one line, with no signs that steer a screen')
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const id = z.string().regex(ID, 'must be letters, digits, `.`, `_` or `-`, at most 63, and begin with a letter or digit')
const place = z
  .string()
  .refine(
    (given) => /^bloc:[A-Za-z0-9.-]+$/.test(given) || parseCountry(given) !== undefined,
    'must be a country such as `FR` or a bloc such as `bloc:EU`',
  )
const month = z
  .string()
  .refine(
    (given) => parseDay(/^\d{4}-\d{2}$/.test(given) ? `${given}-01` : given) !== undefined,
    'must be a month or a day, such as `2025-10` or `2026-04-27`',
  )
const days = z.number().int().positive().max(3660)

/**
 * The most that each standing of the facts allows. Only `inside`, shown by settled facts alone, also shows its level; the others limit what
 * can be shown and leave the level to judgement.
 */
const standings = z.strictObject({ inside: id, shared: id, outside: id })

/** `whole`: it shows the level or limits it; `part`: it answers too little to show, and can limit; `context`: it is cited, and does neither. */
const common = { as: z.enum(['whole', 'part', 'context']).default('whole'), standings: standings.optional() }
const check = z.discriminatedUnion('asks', [
  z.strictObject({ asks: z.enum(ASPECT_NAMES), ...common }),
  z.strictObject({ asks: z.literal('route-left'), ...common }),
  z.strictObject({ asks: z.literal('traffic'), ...common }),
  z.strictObject({ asks: z.literal('drill'), drills: z.array(id).min(1).max(20), withinDays: days.default(365), ...common }),
])

const criterion = z.strictObject({
  id,
  asks: text,
  /** Which of the two areas it is measured against. */
  against: z.enum(['bloc', 'nation']).default('bloc'),
  checks: z.array(check).max(20).default([]),
  /** Answered, and part of neither level nor score: what only some who apply the profile ask for. */
  optional: z.boolean().default(false),
  /** What only the owner or an assessor can say, where no check is there or they answer only part. */
  open: text.optional(),
})

/** An identifier that others gave it, so that reports can be laid beside each other. */
const uuid = z.uuid().optional()

const objective = z.strictObject({
  id,
  title: text,
  uuid,
  /** Percent of the score. */
  weight: z.number().min(0).max(100).optional(),
  /** The level the gate asks for. */
  minimum: id.optional(),
  criteria: z.array(criterion).min(1).max(500),
})

const source = z.strictObject({ says: text, at: z.url({ protocol: /^https?$/ }), kind: z.enum(SOURCE_KINDS), evidence: z.enum(EVIDENCE) })

const profile = z.strictObject({
  id,
  title: text,
  version: text,
  published: month,
  /** What the text calls home, and its nation; measured against the exchange's own where absent. */
  areas: z.strictObject({ bloc: z.array(place).min(1), nation: z.array(place).min(1).optional() }).optional(),
  /** Lowest first. */
  levels: z
    .array(z.strictObject({ id, title: text, means: text.optional(), uuid }))
    .min(2)
    .max(20),
  standings,
  answersStaleAfterDays: days.default(365),
  objectives: z.array(objective).min(1).max(100),
  /** What a reader must know of how it is applied here. */
  notes: z.array(text).max(50).default([]),
  sources: z.array(source).min(1).max(50),
})

export type Profile = z.output<typeof profile>
export type Objective = Profile['objectives'][number]
export type Criterion = Objective['criteria'][number]
export type Check = Criterion['checks'][number]
export type Standings = z.output<typeof standings>
export type Area = Criterion['against']
/** Sentences, each with the file and the field. */
export type ProfileFailure = { readonly kind: 'profile-invalid'; readonly messages: readonly string[] }

const MAX_LENGTH = 1 << 20

/** Reads one profile from YAML 1.2, whole or not at all. `file` is only for the messages. */
export const parseProfile = (yaml: string, file: string): Result<Profile, ProfileFailure> => {
  const decoded = decodeHandwritten(yaml, file)
  if (!decoded.ok) return decoded
  const read = profile.safeParse(decoded.value, { reportInput: true })
  if (!read.success) return failed(mistakesIn(read.error.issues, FIELDS, file))
  const wrong = contradictions(read.data)
  return wrong.length > 0 ? failed(wrong.map((message) => `${file}: ${message}`)) : ok(read.data)
}

/** A text that a stranger may have written: bounded, and no part of it may stand for another. */
export const decodeHandwritten = (yaml: string, file: string): Result<unknown, ProfileFailure> => {
  if (yaml.length > MAX_LENGTH) return failed([`${file}: the file is longer than ${MAX_LENGTH} characters`])
  const decoded = decodeYaml(yaml, 0)
  if (decoded.ok) return decoded
  return failed([`${file}:${decoded.error.line ?? 1}: ${decoded.error.message}`])
}

export const failed = (messages: readonly string[]): Result<never, ProfileFailure> => err({ kind: 'profile-invalid', messages })

/** The place of a level, from 0; undefined where the profile has none of that name. */
export const levelOf = ({ levels }: Profile, name: string): number | undefined => {
  const found = levels.findIndex((level) => level.id === name)
  return found < 0 ? undefined : found
}

/** What no single field can tell. */
const contradictions = (given: Profile): string[] => {
  const criteria = given.objectives.flatMap((each) => each.criteria)
  const idle = given.objectives.find((each) => each.criteria.every(({ optional }) => optional))
  return [
    ...(idle === undefined ? [] : [`every criterion of \`${idle.id}\` is optional, and nothing decides its level`]),
    ...twice(given.levels, 'levels'),
    ...twice(given.objectives, 'objectives'),
    ...twice(criteria, 'criteria'),
    ...wrongLevels(given),
    ...wrongWeights(given.objectives),
    ...(given.areas !== undefined && given.areas.nation === undefined && criteria.some(({ against }) => against === 'nation')
      ? ['`areas.nation` is missing, and criteria are measured against the nation']
      : []),
  ]
}

const twice = (items: readonly { readonly id: string }[], what: string): string[] =>
  items.flatMap((item, index) =>
    items.findIndex((other) => other.id === item.id) < index ? [`two \`${what}\` have the id \`${item.id}\``] : [],
  )

const wrongLevels = (given: Profile): string[] => {
  const unknown = (name: string, where: string): string[] => {
    if (levelOf(given, name) !== undefined) return []
    const names = given.levels.map((level) => level.id)
    const close = nearest(name, names)
    return [
      `\`${where}\`: there is no level \`${name}\`${close === undefined ? `; the levels are ${names.join(', ')}` : `; did you mean \`${close}\`?`}`,
    ]
  }
  const tables: [Standings | undefined, string][] = [
    [given.standings, 'standings'],
    ...given.objectives.flatMap(({ criteria }) =>
      criteria.flatMap(({ id: name, checks }) =>
        checks.map((each): [Standings | undefined, string] => [each.standings, `${name}.checks.standings`]),
      ),
    ),
  ]
  return [
    ...tables.flatMap(([table, where]) => (table === undefined ? [] : wrongTable(given, table, where, unknown))),
    ...given.objectives.flatMap(({ id: name, minimum }) => (minimum === undefined ? [] : unknown(minimum, `${name}.minimum`))),
  ]
}

/** INVARIANT(G3): what is less settled at home never allows a higher level. */
const wrongTable = (given: Profile, table: Standings, where: string, unknown: (name: string, where: string) => string[]): string[] => {
  const wrong = STANDINGS.flatMap((each) => unknown(table[each], `${where}.${each}`))
  if (wrong.length > 0) return wrong
  const [outside = 0, shared = 0, inside = 0] = STANDINGS.map((each) => levelOf(given, table[each]))
  return outside <= shared && shared <= inside
    ? []
    : [`\`${where}\`: \`outside\` must not allow more than \`shared\`, nor \`shared\` more than \`inside\``]
}
/** Lowest first. */
export const STANDINGS = ['outside', 'shared', 'inside'] as const
export type Standing = (typeof STANDINGS)[number]

const wrongWeights = (objectives: readonly Objective[]): string[] => {
  const weights = objectives.flatMap(({ weight }) => (weight === undefined ? [] : [weight]))
  if (weights.length === 0) return []
  if (weights.length < objectives.length) return ['`weight` stands at some objectives and not at others; give all of them one, or none']
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Math.abs(total - 100) < 1e-9 ? [] : [`the weights add up to ${Number(total.toFixed(6))}, and must add up to 100`]
}

/** Every name that a field may have anywhere in a profile. */
export const FIELDS: readonly string[] = [
  ...new Set([profile, objective, criterion, source, standings, ...check.options].flatMap((schema) => Object.keys(schema.shape))),
  ...['bloc', 'nation', 'means'],
]
