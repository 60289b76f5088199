// Generated policies, each written twice: as Cedar text, which the exchange compiles, and as a model in plain TypeScript, by which
// the test judges. The two share nothing; `egress.test.ts` also compares the model with Cedar asked directly.
import assert from 'node:assert/strict'
import type { TenantId } from '../../src/core/ids.ts'
import type { Jurisdiction, Power } from '../../src/core/jurisdiction.ts'
import type { Day } from '../../src/core/units.ts'
import { type CompiledPolicies, compilePolicies } from '../../src/policy/compile.ts'
import type { Decision, PolicyContext, Question, TenantContext } from '../../src/policy/decision.ts'
import { CLASSES, places, presetText, sha256 } from '../policy-worlds.ts'
import { numbersFrom, Tape } from './tape.ts'

/** Policies and the context they are in force under. */
export type GeneratedLaw = {
  readonly number: number
  readonly context: PolicyContext
  /** All policies as one Cedar text. */
  readonly text: string
  /** The permits among them that ask for something no exchange here can do. */
  readonly owing: readonly string[]
  /** Whether a power that becomes wider or unknown can never turn a refusal into a permit under these policies. */
  readonly cautious: boolean
  /** INVARIANT(G1), as the model has it: no policy fails, one permits, none forbids, and what permits asks for nothing in return. */
  permits(question: Question): boolean
  /** What the exchange has: compiled when first needed, each whole question asked of Cedar once. */
  compiled(): CompiledPolicies
}

type Verdict = boolean | 'error'
type Condition = {
  readonly text: string
  /** `falls`: can only become false when more stands in a reach, or `unknown` in place of a name; `still`: asks for no reach. */
  readonly bends: 'falls' | 'still' | 'free'
  holds(question: Question, context: PolicyContext): Verdict
}

const inside = (members: readonly Jurisdiction[], ...sets: (ReadonlySet<Jurisdiction> | undefined)[]): boolean =>
  members.every((member) => sets.some((set) => set?.has(member)))
const rankOf = (question: Question, context: PolicyContext): number => context.dataClasses.indexOf(question.dataClass)
const keepsFrom = (question: Question, context: PolicyContext): number => {
  const name = context.tenants.get(question.tenant)?.keepsFrom
  return name === undefined ? context.dataClasses.length : context.dataClasses.indexOf(name)
}
const tenantHome = (question: Question, context: PolicyContext): ReadonlySet<Jurisdiction> =>
  context.tenants.get(question.tenant)?.home ?? new Set()

const condition = (text: string, bends: Condition['bends'], holds: Condition['holds']): Condition => ({ text, bends, holds })

const POWER_NAMES: readonly [Power, ...Power[]] = ['see', 'stop', 'change']
const LONGEST = '9223372036854775807'

/** One comparison. */
const atom = (tape: Tape): Condition => {
  const power = tape.pick(POWER_NAMES)
  const name = tape.pick(['adequate', 'partners'])
  const kind = tape.below(17)
  const rank = tape.below(3)
  const className = CLASSES[rank] ?? 'public'
  const country = tape.pick(['US', 'FR', 'DE', 'IN', 'unknown'])
  const endpoint = tape.pick(['far', 'near', 'ally'])
  const model = tape.pick(['m1', 'm2'])
  switch (kind) {
    case 0:
    case 1:
      return condition(`context.home.containsAll(resource.${power})`, 'falls', ({ reach }, { home }) => inside(reach[power], home))
    case 2:
    case 3:
      return condition(`context.homeAnd.${name}.containsAll(resource.${power})`, 'falls', ({ reach }, { home, sets }) =>
        inside(reach[power], home, sets.get(name)),
      )
    case 4:
      return condition(`context.sets.${name}.containsAny(resource.${power})`, 'free', ({ reach }, { sets }) =>
        reach[power].some((member) => sets.get(name)?.has(member)),
      )
    case 5:
      return condition(`resource.${power}.contains("${country}")`, 'free', ({ reach }) => reach[power].includes(country as Jurisdiction))
    case 6:
    case 7:
      return condition(
        `context.dataClass <= context.classes.${className}`,
        'still',
        (question, context) => rankOf(question, context) <= rank,
      )
    case 8:
      return condition(
        `context.dataClass >= context.classes.${className}`,
        'still',
        (question, context) => rankOf(question, context) >= rank,
      )
    case 9:
      return condition('context.purpose == "research"', 'still', ({ purpose }) => purpose === 'research')
    case 10:
      return condition(`principal.home.containsAll(resource.${power})`, 'falls', (question, context) =>
        inside(question.reach[power], tenantHome(question, context)),
      )
    case 11:
      return condition(
        'context.dataClass >= principal.keepsFrom',
        'still',
        (question, context) => rankOf(question, context) >= keepsFrom(question, context),
      )
    case 12:
      return condition('resource.tags.contains("partner")', 'still', ({ tags }) => tags.includes('partner'))
    case 13:
      return condition(
        'context.today <= context.dates.agreement_ends',
        'still',
        (_, { day, dates }) => day <= (dates.get('agreement_ends') ?? ''),
      )
    case 14:
      return condition(`resource in Endpoint::"${endpoint}"`, 'still', (question) => question.endpoint === endpoint)
    case 15:
      return condition(
        `resource == Model::"${endpoint}/${model}"`,
        'still',
        (question) => question.endpoint === endpoint && question.model === model,
      )
    default:
      // Cedar skips a policy that fails; the exchange must not.
      return condition(`context.dataClass * ${LONGEST} >= 0`, 'still', (question, context) =>
        rankOf(question, context) > 1 ? 'error' : true,
      )
  }
}

const both = (left: Condition, right: Condition): Condition =>
  condition(`(${left.text}) && (${right.text})`, together(left, right), (question, context) => {
    const first = left.holds(question, context)
    return first === true ? right.holds(question, context) : first
  })
const either = (left: Condition, right: Condition): Condition =>
  condition(`(${left.text}) || (${right.text})`, together(left, right), (question, context) => {
    const first = left.holds(question, context)
    return first === false ? right.holds(question, context) : first
  })
const negated = (inner: Condition): Condition =>
  condition(`!(${inner.text})`, inner.bends === 'still' ? 'still' : 'free', (question, context) => {
    const verdict = inner.holds(question, context)
    return verdict === 'error' ? verdict : !verdict
  })
const together = (left: Condition, right: Condition): Condition['bends'] =>
  left.bends === 'free' || right.bends === 'free' ? 'free' : left.bends === 'falls' || right.bends === 'falls' ? 'falls' : 'still'

const compound = (tape: Tape, depth: number): Condition => {
  const kind = depth === 0 ? 0 : tape.below(6)
  if (kind === 3) return both(compound(tape, depth - 1), compound(tape, depth - 1))
  if (kind === 4) return either(compound(tape, depth - 1), compound(tape, depth - 1))
  if (kind === 5) return negated(compound(tape, depth - 1))
  return atom(tape)
}

type ModelPolicy = {
  readonly text: string
  readonly effect: 'permit' | 'forbid'
  readonly owes: boolean
  readonly cautious: boolean
  applies(question: Question, context: PolicyContext): Verdict
}

const ALWAYS = condition('true', 'still', () => true)
const NEVER = condition('false', 'still', () => false)

const policy = (tape: Tape, id: string, wanted: ModelPolicy['effect'], isBroad: boolean): ModelPolicy => {
  const when = isBroad && tape.chance(50) ? ALWAYS : compound(tape, 2)
  const unless = tape.chance(wanted === 'forbid' ? 70 : 15) ? compound(tape, 1) : NEVER
  const owes = wanted === 'permit' && tape.chance(10)
  const whole = both(when, negated(unless))
  // A forbid is cautious when it is lifted only by what falls; a permit when it is given only for what falls.
  const cautious =
    wanted === 'permit' ? when.bends !== 'free' && unless.bends === 'still' : when.bends === 'still' && unless.bends !== 'free'
  const clauses = `${when === ALWAYS ? '' : `\nwhen { ${when.text} }`}${unless === NEVER ? '' : `\nunless { ${unless.text} }`}`
  return {
    text: `@id("${id}")\n@reason("drawn by chance")\n${owes ? '@obligation("pseudonymise")\n' : ''}${wanted} (principal, action == Action::"call", resource)${clauses};`,
    effect: wanted,
    owes,
    cautious,
    applies: (question, context) => whole.holds(question, context),
  }
}

// ---- the presets, as their text reads ---------------------------------------------------------------------------------

type PresetModel = (question: Question, context: PolicyContext) => { readonly permitted: boolean; readonly forbidden: boolean }
const PRESET_MODELS: Readonly<Record<'full-stack' | 'coalition' | 'hybrid' | 'partnership', PresetModel>> = {
  'full-stack': ({ reach }, { home }) => {
    const all = POWER_NAMES.every((power) => inside(reach[power], home))
    return { permitted: all, forbidden: !all }
  },
  coalition: (question, context) => {
    const members = tenantHome(question, context)
    const all = POWER_NAMES.every((power) => inside(question.reach[power], context.home))
    const vetoed = rankOf(question, context) >= keepsFrom(question, context) && !inside(question.reach.see, members)
    const stranger = members.size === 0 || !inside([...members], context.home)
    return { permitted: all, forbidden: vetoed || stranger || !all }
  },
  hybrid: (question, context) => {
    const rank = rankOf(question, context)
    const { reach } = question
    const isAdequate = inside(reach.see, context.home, context.sets.get('adequate'))
    const isSeenAtHome = inside(reach.see, context.home)
    const isHeldAtHome = inside(reach.stop, context.home) && inside(reach.change, context.home)
    return {
      permitted: rank === 0 || (rank === 1 && isAdequate) || (rank <= 2 && isSeenAtHome) || (isSeenAtHome && isHeldAtHome),
      forbidden: (rank >= 1 && !isAdequate) || (rank >= 2 && !isSeenAtHome) || (rank >= 3 && !isHeldAtHome),
    }
  },
  partnership: (question, context) => {
    const rank = rankOf(question, context)
    const { reach, tags } = question
    const near = (power: Power) => inside(reach[power], context.home, context.sets.get('partners'))
    const isSeenAtHome = inside(reach.see, context.home)
    const isNamed = tags.includes('partner')
    const runs = context.day <= (context.dates.get('agreement_ends') ?? '')
    return {
      permitted:
        (isSeenAtHome && inside(reach.stop, context.home)) ||
        (isNamed && runs && rank <= 1 && near('see') && near('stop') && near('change')),
      forbidden: !near('see') || !near('stop') || (!isNamed && !isSeenAtHome) || (!runs && !isSeenAtHome) || (rank >= 2 && !isSeenAtHome),
    }
  },
}
const PRESETS = Object.keys(PRESET_MODELS) as readonly (keyof typeof PRESET_MODELS)[]

// ---- laws -------------------------------------------------------------------------------------------------------------

/** Compiling a law costs ten worlds; so many are drawn once and shared. */
export const LAWS = 120
const CONTEXTS = 6

const context = (number: number): PolicyContext => ({
  home: [places('FR'), places('FR', 'DE'), places('IN')][number % 3] ?? places('FR'),
  dataClasses: CLASSES,
  sets: new Map([
    ['adequate', number % 2 === 0 ? places('CH', 'JP') : places('DE', 'US')],
    ['partners', number % 2 === 0 ? places('US') : places('IN')],
  ]),
  day: '2026-11-22' as Day,
  dates: new Map([['agreement_ends', (number % 4 === 3 ? '2026-11-21' : '2026-11-22') as Day]]),
  tenants: new Map<TenantId, TenantContext>([
    ['city' as TenantId, { home: places('FR'), keepsFrom: 'confidential' }],
    ['agency' as TenantId, { home: places('DE') }],
  ]),
})

const known = new Map<number, GeneratedLaw>()
/** The law of that number, below `LAWS`; laws that agree in their remainder by `sameContext` share a context. */
export const lawOf = (number: number): GeneratedLaw => {
  const law = known.get(number) ?? draw(number)
  known.set(number, law)
  return law
}
export const sameContext = (number: number, step: number): number => (number + step * CONTEXTS) % LAWS

const draw = (number: number): GeneratedLaw => {
  const tape = new Tape(numbersFrom(number + 1, 200))
  const here = context(number % CONTEXTS)
  const preset = tape.chance(45) ? tape.pick(PRESETS as [keyof typeof PRESET_MODELS]) : undefined
  const policies: ModelPolicy[] = []
  const own = preset === undefined ? 1 + tape.below(4) : tape.chance(50) ? 1 + tape.below(2) : 0
  for (let i = 0; i < own; i++) {
    const permits = preset === undefined && i === 0 ? true : tape.chance(40)
    policies.push(policy(tape, `drawn-${i}`, permits ? 'permit' : 'forbid', permits && preset === undefined && i === 0))
  }
  const text = [...(preset === undefined ? [] : [presetText(preset).text]), ...policies.map((each) => each.text)].join('\n\n')
  const supported = new Set(tape.chance(30) ? ['pseudonymise'] : [])
  return {
    number,
    context: here,
    text,
    owing: policies.filter(({ owes }) => owes).map((each) => each.text),
    cautious: policies.every((each) => each.cautious),
    permits: (question) => judge(question, here, preset === undefined ? undefined : PRESET_MODELS[preset], policies),
    compiled: once(() => compile(text, here, supported)),
  }
}

const judge = (question: Question, here: PolicyContext, preset: PresetModel | undefined, policies: readonly ModelPolicy[]): boolean => {
  const start = preset?.(question, here) ?? { permitted: false, forbidden: false }
  const verdicts = policies.map((each) => ({ ...each, verdict: each.applies(question, here) }))
  if (verdicts.some(({ verdict }) => verdict === 'error')) return false
  const applying = verdicts.filter(({ verdict }) => verdict === true)
  if (start.forbidden || applying.some(({ effect }) => effect === 'forbid')) return false
  const permitting = applying.filter(({ effect }) => effect === 'permit')
  return (start.permitted || permitting.length > 0) && !permitting.some(({ owes }) => owes)
}

const compile = (text: string, here: PolicyContext, obligationsSupported: ReadonlySet<string>): CompiledPolicies => {
  const source = { texts: [{ name: 'drawn.cedar', text }], context: here, obligationsSupported, digest: sha256 }
  const result = compilePolicies(source)
  if (!result.ok) assert.fail(result.error.message)
  const answers = new Map<string, Decision>()
  const policies = result.value
  return {
    ...policies,
    // Sound because the key is the whole question: a decision is a pure function of it.
    decide: (question) => {
      const { facts, ...asked } = question
      const key = JSON.stringify(asked)
      const answer = answers.get(key) ?? policies.decide(question)
      answers.set(key, answer)
      return { ...answer, facts }
    },
  }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
