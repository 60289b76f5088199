import { z } from 'zod'
import { err, ok, type Result } from '../core/result.ts'
import { type Day, type Millis, millis, parseDay } from '../core/units.ts'
import { parseCountry } from '../facts/countries.ts'
import { EVIDENCE, SOURCE_KINDS } from '../facts/fact.ts'
import { mistakesIn } from '../facts/mistakes.ts'
import { decodeYaml } from '../facts/yaml-rows.ts'
import { SERVICE_NAMES } from './services.ts'

/** How the event would meet the wire; what a live drill injects. `unchanged`: nothing can be seen there. */
export const SIGNS = [
  'http-401',
  'http-403',
  'http-404',
  'http-422',
  'http-429',
  'http-451',
  'http-503',
  'unreachable',
  'stalls',
  'breaks-off',
  'slow',
  'unchanged',
] as const
export const TARGET_KINDS = ['country', 'place', 'entity', 'endpoint', 'model'] as const

const text = z.string().min(1)
const day = z.string().transform((value, context): Day => {
  const found = parseDay(value)
  if (found !== undefined) return found
  context.addIssue({ code: 'custom', message: `\`${value}\` is no day; write it as \`2026-06-12\`` })
  return z.NEVER
})
const UNIT: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const length = z.string().transform((value, context): Millis => {
  const [, amount, unit = ''] = /^(\d{1,5})([mhd])$/.exec(value) ?? []
  if (amount !== undefined) return millis(Number(amount) * (UNIT[unit] ?? 0))
  context.addIssue({
    code: 'custom',
    message: `\`${value}\` is no length of time; write minutes, hours or days, such as \`90m\`, \`2h\`, \`19d\``,
  })
  return z.NEVER
})

const NAMED = /^(?:(?:country|place):[A-Z]{2}|entity:[a-z0-9][a-z0-9._-]*|endpoint:[a-z0-9][a-z0-9._-]*|model:\S+)$/
const named = z
  .string()
  .refine(
    (value) => value === 'outside-home' || NAMED.test(value),
    'must be `country:US`, `place:AE`, `entity:…`, `endpoint:…`, `model:…` or `outside-home`',
  )
/**
 * What carries most of the calls: `where` lists where to look, first match wins; `others` leaves out the operator of the exchange. An
 * event that happened to others is so laid over what the owner runs.
 */
const busiest = z.strictObject({
  busiest: z.enum(TARGET_KINDS),
  where: z.array(z.enum(['home', 'abroad'])).min(1),
  others: z.boolean().default(false),
})
const target = z.union([named, busiest], 'must be a name such as `entity:example`, or `{ busiest: entity, where: [abroad] }`')

const whom = z.enum(['everyone', 'one-tenant', 'one-application']).default('everyone')
const common = {
  /** From the trigger. */
  after: length.prefault('0m'),
  /** Absent: no end in sight. */
  lasts: length.optional(),
  for: whom,
}
const factor = z.number().positive().max(1000)

const step = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('cut'),
    target,
    /** `see`: a ban of whoever can read, instead of somebody's own power to stop. */
    power: z.enum(['stop', 'see']).default('stop'),
    shows: z.enum(SIGNS).default('unreachable'),
    /** The words in which a status is told, as vendors use them. */
    says: text.max(500).optional(),
    /** What goes with it besides. */
    services: z.array(z.enum(SERVICE_NAMES)).default([]),
    ...common,
  }),
  z.strictObject({ do: z.literal('price'), target, input: factor, output: factor, ...common }),
  z.strictObject({
    do: z.literal('control'),
    target,
    parent: z.string().regex(/^entity:[a-z0-9][a-z0-9._-]*$/, 'must be a company, such as `entity:example`'),
    seat: z.string().refine((code) => parseCountry(code) !== undefined, 'must be an ISO 3166-1 alpha-2 code such as `US`'),
    ...common,
  }),
  z.strictObject({ do: z.literal('licence'), target, ...common }),
  z.strictObject({ do: z.literal('provenance'), ...common }),
  z.strictObject({ do: z.literal('load'), factor, ...common }),
])

const source = z.strictObject({ says: text, at: z.url({ protocol: /^https?$/ }), kind: z.enum(SOURCE_KINDS), evidence: z.enum(EVIDENCE) })

const scenario = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and `-`'),
  title: text,
  /** The day on which it happened to somebody; absent for what is only rehearsed. */
  date: day.optional(),
  until: day.optional(),
  happened: text,
  trigger: text,
  steps: z.array(step).min(1),
  /** What falls with it that no graph of endpoints shows, each in one sentence; a plan says that it cannot judge these. */
  beyond: z.array(text).default([]),
  sources: z.array(source).min(1),
})

export type Scenario = Omit<z.output<typeof scenario>, 'steps' | 'sources' | 'beyond'> & {
  readonly steps: readonly Step[]
  readonly beyond: readonly string[]
  readonly sources: readonly Readonly<z.output<typeof source>>[]
}
export type Step = Readonly<z.output<typeof step>>
export type Target = z.output<typeof target>
export type TargetKind = (typeof TARGET_KINDS)[number]
export type Sign = (typeof SIGNS)[number]
/** Sentences, each with the file and the field. */
export type ScenarioFailure = { readonly kind: 'scenario-invalid'; readonly messages: readonly string[] }

/** Reads one scenario from YAML 1.2, whole or not at all. `file` is only for the messages. */
export const parseScenario = (yaml: string, file: string): Result<Scenario, ScenarioFailure> => {
  const decoded = decodeYaml(yaml)
  if (!decoded.ok) return failed([`${file}:${decoded.error.line ?? 1}: ${decoded.error.message}`])
  const read = scenario.safeParse(decoded.value, { reportInput: true })
  if (!read.success) return failed(mistakesIn(read.error.issues, FIELDS, file))
  const wrong = contradictions(read.data)
  return wrong.length > 0 ? failed(wrong.map((message) => `${file}: ${message}`)) : ok(read.data)
}

const failed = (messages: readonly string[]): Result<never, ScenarioFailure> => err({ kind: 'scenario-invalid', messages })

const FITTING: Readonly<Partial<Record<Step['do'], readonly TargetKind[]>>> = {
  price: ['entity', 'endpoint', 'model', 'place', 'country'],
  control: ['entity'],
  licence: ['model'],
}
/** What no single field can tell. */
const contradictions = ({ date, until, steps }: Scenario): string[] => [
  ...(until !== undefined && (date === undefined || until < date) ? ['`until` must not come before `date`'] : []),
  ...steps.flatMap((each, index) => {
    const fitting = FITTING[each.do]
    const kind = 'target' in each ? kindOf(each.target) : undefined
    if (fitting === undefined || kind === undefined || fitting.some((one) => one === kind)) return []
    return [
      `\`steps.${index}.target\`: a step that does \`${each.do}\` needs ${fitting.map((one) => `\`${one}\``).join(' or ')}, not \`${kind}\``,
    ]
  }),
]

/** The same scenario aimed at something the owner names, such as `entity:example`, instead of what carries most calls. */
export const aimedAt = (scenario: Scenario, name: string): Result<Scenario, ScenarioFailure> => {
  if (name !== 'outside-home' && !NAMED.test(name))
    return failed([`\`${name}\` cannot be aimed at; write \`country:US\`, \`place:AE\`, \`entity:…\`, \`endpoint:…\` or \`model:…\``])
  if (!scenario.steps.some((each) => 'target' in each)) return failed([`the drill \`${scenario.id}\` aims at nothing that could be named`])
  const aimed = { ...scenario, steps: scenario.steps.map((each) => ('target' in each ? { ...each, target: name } : each)) }
  const wrong = contradictions(aimed)
  return wrong.length > 0 ? failed(wrong) : ok(aimed)
}

export const kindOf = (given: Target): TargetKind | 'outside-home' => (typeof given === 'string' ? unitOf(given) : given.busiest)

/** The word before the colon of a name that was read. */
export const unitOf = (name: string): TargetKind | 'outside-home' =>
  TARGET_KINDS.find((kind) => name.startsWith(`${kind}:`)) ?? 'outside-home'

const FIELDS = [
  ...Object.keys(scenario.shape),
  ...Object.keys(source.shape),
  ...new Set(step.options.flatMap((option) => Object.keys(option.shape))),
]
