import { canonicalJson } from '../core/json.ts'
import { type Jurisdiction, UNKNOWN } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import { authorise, type CedarAnswer, type CedarProblem, preparePolicies, validatePolicies } from './cedar.ts'
import type { DecidingPolicy, Decision, PolicyContext, PolicyInForce, Question } from './decision.ts'
import {
  DEFAULT_ID,
  EVALUATION_ID,
  located,
  type Policy,
  type PolicyFailure,
  type PolicyText,
  parsePolicies,
  policyFailure,
} from './parse.ts'
import { policySchema, requestsUnder } from './schema.ts'

export type PolicySource = {
  readonly texts: readonly PolicyText[]
  readonly context: PolicyContext
  /** Obligations this exchange can fulfil; a permit that carries any other is a refusal. */
  readonly obligationsSupported: ReadonlySet<string>
  /** SHA-256 of the UTF-8 bytes of a text, in lower-case hex. */
  readonly digest: (text: string) => string
}

export type CompiledPolicies = PolicyInForce & {
  /** In the order of the files. */
  readonly policies: readonly Policy[]
  /** Ids of policies whose condition is false whatever is asked, as Cedar's validator can tell. */
  readonly impossible: readonly string[]
  /** The decision with what led to it; `decide` is its first member. */
  explain(question: Question): Explanation
}
export type Explanation = {
  readonly decision: Decision
  /** Ids of the policies that determined the decision; empty when none applied. */
  readonly determining: readonly string[]
  /** Ids of the policies that could not be evaluated. */
  readonly errored: readonly string[]
}

/** Parses, validates against the schema of this context, and prepares policies once; failures name file, line and policy. */
export const compilePolicies = (source: PolicySource): Result<CompiledPolicies, PolicyFailure> => {
  const wrongContext = contextProblems(source.context)
  if (wrongContext.length > 0) return err(policyFailure(wrongContext.map((message) => ({ file: 'context', message }))))
  const parsed = parsePolicies(source.texts)
  if (!parsed.ok) return parsed
  const policies = parsed.value
  const byId = new Map(policies.map((policy) => [policy.id, policy]))
  const texts = Object.fromEntries(policies.map(({ id, text }) => [id, text]))
  const validated = validatePolicies(policySchema(source.context), texts)
  const set = source.digest(canonicalJson(texts))
  const prepared = validated.ok && validated.value.errors.length === 0 ? preparePolicies(set, texts) : ok(null)
  const wrong = [...(validated.ok ? validated.value.errors : validated.error), ...(prepared.ok ? [] : prepared.error)]
  if (wrong.length > 0 || !validated.ok) return err(policyFailure(wrong.map((problem) => placed(problem, byId))))
  const explain = explainer(source, policies, set)
  return ok({
    digest: `sha256:${source.digest(policyDocument(source))}`,
    policies,
    impossible: validated.value.warnings.flatMap(({ policy, message }) => (policy && /impossible/.test(message) ? [policy] : [])),
    explain,
    decide: (question) => explain(question).decision,
  })
}

/** What the digest is taken over, so that anybody can take it again: RFC 8785 JSON of the texts and the context. */
export const policyDocument = ({ texts, context, obligationsSupported }: Omit<PolicySource, 'digest'>): string => {
  const members = (set: Iterable<string>) => [...set].sort()
  return canonicalJson({
    v: 1,
    texts: members(texts.map(({ text }) => text)),
    home: members(context.home),
    dataClasses: context.dataClasses,
    sets: Object.fromEntries([...context.sets].map(([name, set]) => [name, members(set)])),
    day: context.day,
    dates: Object.fromEntries(context.dates),
    tenants: Object.fromEntries(
      [...context.tenants].map(([name, { home, keepsFrom }]) => [name, { home: members(home), keepsFrom: keepsFrom ?? null }]),
    ),
    obligations: members(obligationsSupported),
  })
}

/** INVARIANT(G3): `unknown` stands in no set a policy may compare with, so no `containsAll` holds while a reach has it. */
const contextProblems = ({ home, sets, dataClasses, tenants }: PolicyContext): string[] => {
  const named: [string, ReadonlySet<Jurisdiction>][] = [
    ['home', home],
    ...[...sets].map(([name, set]): [string, ReadonlySet<Jurisdiction>] => [`set \`${name}\``, set]),
  ]
  for (const [name, tenant] of tenants) named.push([`the home of tenant \`${name}\``, tenant.home])
  const problems = named
    .filter(([, set]) => set.has(UNKNOWN))
    .map(([what]) => `${what} has \`${UNKNOWN}\` as a member, which is no jurisdiction`)
  if (home.size === 0) problems.push('home is empty')
  if (dataClasses.length === 0) problems.push('there are no data classes')
  if (new Set(dataClasses).size < dataClasses.length) problems.push('a data class is named twice')
  for (const [name, { keepsFrom }] of tenants)
    if (keepsFrom !== undefined && !dataClasses.includes(keepsFrom))
      problems.push(`tenant \`${name}\` keeps from \`${keepsFrom}\`, which is no data class`)
  return problems
}

const placed = (problem: CedarProblem, byId: ReadonlyMap<string, Policy>) => {
  const policy = problem.policy === undefined ? undefined : byId.get(problem.policy)
  if (!policy) return { file: 'policy', message: problem.message }
  const hint = /attribute `(sets|homeAnd|dates|classes)\b/.test(problem.message)
    ? '; the configuration names no such set, date or data class'
    : ''
  return located({ ...problem, message: `${problem.message}${hint}` }, policy.file, policy.text, policy.line)
}

const explainer = (source: PolicySource, policies: readonly Policy[], set: string): ((question: Question) => Explanation) => {
  const { context, obligationsSupported } = source
  const byId = new Map(policies.map((policy) => [policy.id, policy]))
  const ranks = new Map(context.dataClasses.map((name, rank) => [name, rank]))
  const toRequest = requestsUnder(context)
  return (question) => {
    const rank = ranks.get(question.dataClass)
    if (rank === undefined) return refusal(question, [{ id: EVALUATION_ID, reason: `there is no data class \`${question.dataClass}\`` }])
    const asked = authorise(set, toRequest(question, rank))
    if (!asked.ok) {
      const reason = `the policies could not be asked: ${asked.error.map(({ message }) => message).join('; ')}`
      return refusal(question, [{ id: EVALUATION_ID, reason }])
    }
    return settle(question, asked.value, policies, byId, obligationsSupported)
  }
}

/**
 * INVARIANT(G1): Cedar skips a policy that fails, so a failing forbid would turn into a permit. Any error is a refusal that
 * names the policy. Nothing is permitted but by a permit, all of whose obligations can be met.
 */
const settle = (
  question: Question,
  { allow, determining, errored }: CedarAnswer,
  policies: readonly Policy[],
  byId: ReadonlyMap<string, Policy>,
  obligationsSupported: ReadonlySet<string>,
): Explanation => {
  if (errored.length > 0) {
    const ids = errored.map(({ policy }) => policy ?? EVALUATION_ID)
    const reasons = errored.map(({ message, policy = EVALUATION_ID }) => {
      const law = byId.get(policy)?.law
      return { id: policy, reason: `policy \`${policy}\` could not be evaluated: ${message}`, ...(law === undefined ? {} : { law }) }
    })
    return { ...refusal(question, reasons), errored: ids }
  }
  const decisive = policies.filter(({ id }) => determining.includes(id))
  const ids = decisive.map(({ id }) => id)
  if (!allow) return decisive.length > 0 ? { ...refusal(question, decisive.map(deciding)), determining: ids } : nothingPermits(question)
  const unsupported = decisive.flatMap((policy) =>
    policy.obligations
      .filter((name) => !obligationsSupported.has(name))
      .map((name) => ({ ...deciding(policy), reason: `obligation \`${name}\` is not supported by this exchange` })),
  )
  if (unsupported.length > 0) return { ...refusal(question, unsupported), determining: ids }
  // A permit that determined the answer but is not ours would be a bug in the binding; it must not open anything.
  if (decisive.length === 0) return nothingPermits(question)
  const obligations = [...new Set(decisive.flatMap((policy) => policy.obligations))].sort()
  return {
    decision: { permit: true, policies: decisive.map(deciding), obligations, facts: question.facts },
    determining: ids,
    errored: [],
  }
}

const nothingPermits = (question: Question): Explanation =>
  refusal(question, [
    {
      id: DEFAULT_ID,
      reason: `no policy permits \`${question.dataClass}\` data for \`${question.purpose}\` at \`${question.endpoint}/${question.model}\``,
    },
  ])

const refusal = (question: Question, policies: readonly DecidingPolicy[]): Explanation => ({
  decision: { permit: false, policies, facts: question.facts },
  determining: [],
  errored: [],
})

const deciding = ({ id, reason, law }: Policy): DecidingPolicy => ({ id, reason, ...(law === undefined ? {} : { law }) })
