// The owner's facts as somebody would have them: the configuration with the change, and what would then be decided otherwise.
import { basename } from 'node:path'
import type { JsonObject } from '../core/json.ts'
import { POWERS, type Power } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Day } from '../core/units.ts'
import { parseFact, parseFacts } from '../facts/fact.ts'
import type { CheckedEndpointModel } from '../policy/check-types.ts'
import { checkInput } from './check-input.ts'
import { type LoadedConfiguration, parseConfiguration } from './config.ts'
import { sha256Hex } from './digest.ts'
import { type Law, lawOver, mistakesOfOwner } from './law.ts'
import type { PolicyChecker } from './policy-checker.ts'
import type { CountedCalls, Difference, Flip } from './policy-difference.ts'
import type { Checkable } from './policy-worker.ts'
import { withItems, withoutItems } from './yaml-edit.ts'

/** Rows of the owner's as they were typed, and ids of the owner's rows that are to go. */
export type FactChange = { readonly add: readonly TypedFact[]; readonly remove: readonly string[] }
export type TypedFact = Readonly<Record<string, unknown>> & { readonly replaces?: readonly string[] }
/** `row`: which of the rows that were typed, counted from 0. */
export type FactProblem = { readonly row: number; readonly field: string | null; readonly message: string }

export type ChangedFacts = {
  readonly text: string
  readonly loaded: LoadedConfiguration
  readonly law: Law
  readonly rows: readonly JsonObject[]
}

/**
 * The configuration's text with this change, read back and put under the facts of the day: nothing is written. Every mistake in what was
 * typed is told, each at its field.
 */
export const changeFacts = (
  text: string,
  { file, folder }: LoadedConfiguration,
  { add, remove }: FactChange,
  law: Law,
): Result<ChangedFacts, readonly FactProblem[]> => {
  const name = basename(file)
  const before = parseConfiguration(text, name)
  if (!before.ok) return whole(`the configuration on disk does not load: ${before.error.messages.join('; ')}`)
  const ids = before.value.facts.rows.map(({ id }) => String(id))
  const stray = remove.find((id) => !ids.includes(id))
  if (stray !== undefined) return whole(`\`${stray}\` is no row of \`facts.rows\` in ${name}, so it cannot be taken out here`)
  const taken = new Set(law.facts.map(({ id }) => id))
  const rows = add.map((row) => rowOf(row, freshId(taken)))
  const problems = rows.flatMap((row, index) => problemsOf(row, index, name, law))
  if (problems.length > 0) return err(problems)
  const after = withItems(
    withoutItems(
      text,
      'facts',
      'rows',
      remove.map((id) => ids.indexOf(id)),
    ),
    'facts',
    'rows',
    rows,
  )
  const parsed = parseConfiguration(after, name)
  if (!parsed.ok) return whole(parsed.error.messages.join('; '))
  const loaded = { configuration: parsed.value, file, folder }
  const added = parseFacts({ facts: rows }, { name, origin: 'owner' })
  if (!added.ok) return whole(added.error.map(({ message }) => message).join('; '))
  const facts = [...law.facts.filter(({ id }) => !remove.includes(id)), ...added.value]
  const next = lawOver(loaded, law.day, facts, mistakesOfOwner(facts, law.day))
  return next.ok ? ok({ text: after, loaded, law: next.value, rows }) : whole(next.error.messages.join('; '))
}

const whole = (message: string): Result<never, readonly FactProblem[]> => err([{ row: 0, field: null, message }])

/** The first of `o1`, `o2`, … that no row has. */
const freshId = (taken: Set<string>): string => {
  let number = 1
  while (taken.has(`o${number}`)) number++
  taken.add(`o${number}`)
  return `o${number}`
}

/** What was left empty was not said. A share that is a number is one. */
const rowOf = ({ share, replaces = [], ...row }: TypedFact, id: string): JsonObject => {
  const said = Object.entries(row).filter(([, value]) => typeof value === 'string' && value.trim() !== '')
  const percent = typeof share === 'string' && /^\d+(?:\.\d+)?$/.test(share.trim()) ? Number(share) : share
  return {
    id,
    ...(Object.fromEntries(said) as JsonObject),
    sourceKind: 'owner',
    ...(percent === undefined || percent === '' ? {} : { share: percent as number | string }),
    ...(replaces.length === 0 ? {} : { replaces: [...replaces] }),
  }
}

const problemsOf = (row: JsonObject, index: number, file: string, { day, facts }: Law): FactProblem[] => {
  const parsed = parseFact(row, `row ${index + 1}`, { name: file, origin: 'owner' })
  if (!parsed.ok) return parsed.error.map(({ field = null, message }) => ({ row: index, field, message }))
  const { asOf, validFrom, validTo, replaces = [] } = parsed.value
  const shipped = new Set(facts.flatMap(({ id, origin }) => (origin === 'shipped' ? [id] : [])))
  const strange = replaces.find((id) => !shipped.has(id))
  const far = [
    ['validFrom', validFrom],
    ['validTo', validTo],
  ] as const
  return [
    ...(asOf > day ? [{ row: index, field: 'asOf', message: `\`${asOf}\` is after today, ${day}` }] : []),
    ...(asOf < EARLIEST ? [{ row: index, field: 'asOf', message: `\`${asOf}\` is before ${EARLIEST}, when no source spoke of this` }] : []),
    ...far.flatMap(([field, date]) =>
      date !== undefined && (date < EARLIEST || date > LATEST)
        ? [{ row: index, field, message: `\`${date}\` does not lie between ${EARLIEST} and ${LATEST}` }]
        : [],
    ),
    ...(strange === undefined
      ? []
      : [{ row: index, field: 'replaces', message: `\`${strange}\` is no shipped row, so nothing can replace it` }]),
  ]
}
/** Nothing that computes was run, owned or kept by anybody before or after. */
const [EARLIEST, LATEST] = ['1900-01-01' as Day, '2199-12-31' as Day]

export type FactEffect = {
  readonly flips: readonly (Omit<Flip, 'by' | 'was'> & { readonly by: Reasons; readonly was: Reasons })[]
  readonly flipsInAll: number
  readonly decisionsInAll: number
  /** What would have become of the calls that were counted. */
  readonly calls: Difference['calls']
  readonly powers: readonly PowerChange[]
  /** What the checker finds that it does not find now. */
  readonly failures: readonly string[]
}
export type PowerChange = {
  readonly endpoint: string
  readonly model: string
  readonly power: Power
  readonly gained: readonly string[]
  readonly lost: readonly string[]
}
type Reasons = readonly { readonly id: string; readonly reason: string }[]
type Under = { readonly loaded: LoadedConfiguration; readonly law: Law }
const MOST_FLIPS = 200

/** What a change does, by the exhaustive checker: every question of the configuration, before and after. Changes nothing. */
export const effectOf = async (
  checker: PolicyChecker,
  before: Under,
  after: Under,
  traffic: readonly CountedCalls[],
): Promise<Result<FactEffect, string>> => {
  const [was, is] = [checkableOf(before), checkableOf(after)]
  const checkedBefore = await checker.check({ after: was })
  const checked = await checker.check({ after: is, compare: { before: was, traffic } })
  if (!checkedBefore.ok || !checked.ok) return err('the policies could not be checked; try again in a minute')
  const { difference, failures, enumerated, rules } = checked.value
  if (difference === undefined) return err('the policies could not be compared; try again in a minute')
  const reasons = new Map(rules.map(({ id, reason }) => [id, reason]))
  const told = (ids: readonly string[]): Reasons => ids.map((id) => ({ id, reason: reasons.get(id) ?? '' }))
  const known = new Set(checkedBefore.value.failures.map(({ message }) => message))
  return ok({
    flips: difference.flips.slice(0, MOST_FLIPS).map((flip) => ({ ...flip, by: told(flip.by), was: told(flip.was) })),
    flipsInAll: difference.flipped,
    decisionsInAll: enumerated.questions,
    calls: difference.calls,
    powers: powersBetween(was.input.endpointModels, is.input.endpointModels),
    failures: failures.flatMap(({ message }) => (known.has(message) ? [] : [message])),
  })
}

/** What another thread can be sent: a function cannot go there, and it has its own. */
const checkableOf = ({ loaded, law }: Under): Checkable => {
  const { digest: _, ...input } = checkInput(loaded.configuration, law)
  return { name: `${law.policies.digest} ${law.factsDigest} ${sha256Hex(JSON.stringify(loaded.configuration))}`, input }
}

const powersBetween = (before: readonly CheckedEndpointModel[], after: readonly CheckedEndpointModel[]): PowerChange[] =>
  after.flatMap(({ endpoint, model, reach }) => {
    const known = before.find((each) => each.endpoint === endpoint && each.model === model)
    return POWERS.flatMap((power) => {
      const [was, is] = [known?.reach[power] ?? [], reach[power]]
      const gained = is.filter((member) => !was.includes(member))
      const lost = was.filter((member) => !is.includes(member))
      return gained.length + lost.length === 0 ? [] : [{ endpoint, model, power, gained, lost }]
    })
  })
