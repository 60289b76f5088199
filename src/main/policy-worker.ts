// The thread in which policies are checked. A configuration of some size takes seconds, and no call may wait for them; and what a text
// that nobody put in force does to Cedar, it does to this thread's instance alone.
import { parentPort } from 'node:worker_threads'
import { ok, type Result } from '../core/result.ts'
import { checkPolicies } from '../policy/check.ts'
import type { CheckInput, CheckReport } from '../policy/check-types.ts'
import { type PolicyFailure, parsePolicies } from '../policy/parse.ts'
import { sha256Hex } from './digest.ts'
import { type CountedCalls, type Difference, differenceOf } from './policy-difference.ts'

/** What can be sent to another thread. `name` stands for all of it: what has the same name is checked once. */
export type Checkable = { readonly name: string; readonly input: Omit<CheckInput, 'digest'> }
export type CheckJob = {
  readonly id: number
  readonly after: Checkable
  readonly compare?: { readonly before: Checkable; readonly traffic: readonly CountedCalls[] }
}
/** A policy with its place. Lines are counted from 1. */
export type Rule = Omit<CheckReport['policies'][number], 'line'> & {
  readonly obligations: readonly string[]
  readonly from: number
  readonly through: number
}
export type Checked = Omit<CheckReport, 'routes' | 'policies'> & {
  readonly rules: readonly Rule[]
  readonly milliseconds: number
  readonly difference?: Difference
}
export type CheckDone = { readonly id: number; readonly result: Result<Checked, PolicyFailure> }

type Known = { readonly report: CheckReport; readonly rules: readonly Rule[] }
/** The last two that were asked for: what is in force, and what is edited. */
const known = new Map<string, Result<Known, PolicyFailure>>()
const MOST_KNOWN = 2

const check = ({ name, input }: Checkable): Result<Known, PolicyFailure> => {
  const before = known.get(name)
  if (before !== undefined) {
    known.delete(name)
    known.set(name, before)
    return before
  }
  const report = checkPolicies({ ...input, digest: sha256Hex })
  const policies = parsePolicies(input.texts)
  const result = !report.ok ? report : !policies.ok ? policies : ok({ report: report.value, rules: rulesOf(report.value, policies.value) })
  known.set(name, result)
  for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest)
  return result
}

type Parsed = Extract<ReturnType<typeof parsePolicies>, { readonly ok: true }>['value']
const rulesOf = ({ policies }: CheckReport, parsed: Parsed): readonly Rule[] => {
  const places = new Map(parsed.map((policy) => [policy.id, policy]))
  return policies.map(({ line, ...rule }) => {
    const { obligations = [], through = line } = places.get(rule.id) ?? {}
    return { ...rule, obligations, from: line, through }
  })
}

const perform = ({ after, compare }: CheckJob): Result<Checked, PolicyFailure> => {
  const started = performance.now()
  const before = compare === undefined ? undefined : check(compare.before)
  const checked = check(after)
  if (!checked.ok) return checked
  if (before?.ok === false) return before
  const { routes: _routes, policies: _policies, ...report } = checked.value.report
  const difference = compare && before && differenceOf(before.value.report, checked.value.report, compare.traffic)
  const milliseconds = Math.round(performance.now() - started)
  return ok({ ...report, rules: checked.value.rules, milliseconds, ...(difference === undefined ? {} : { difference }) })
}

parentPort?.on('message', (job: CheckJob) => {
  const done: CheckDone = { id: job.id, result: perform(job) }
  parentPort?.postMessage(done)
})
