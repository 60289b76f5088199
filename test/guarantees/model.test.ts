// The judge is judged: the model of each generated law against Cedar asked directly, and against the policies as the exchange compiles them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import type { ApplicationId, EndpointId, ModelName, TenantId } from '../../src/core/ids.ts'
import type { Jurisdiction } from '../../src/core/jurisdiction.ts'
import type { PolicyContext, Question } from '../../src/policy/decision.ts'
import { CLASSES } from '../policy-worlds.ts'
import { surely, times } from '../thorough.ts'
import { LAWS, lawOf } from './laws.ts'
import { numbersFrom, Tape } from './tape.ts'

const MEMBERS = ['FR', 'DE', 'US', 'IN', 'CH', 'unknown'] as Jurisdiction[]

const drawQuestion = (tape: Tape, { home }: PolicyContext): Question => {
  const set = () => (tape.chance(50) ? tape.some([...home], 80) : tape.some(MEMBERS, 25))
  return {
    tenant: tape.pick(['city', 'agency', 'stranger']) as TenantId,
    application: 'desk' as ApplicationId,
    dataClass: tape.pick(['public', ...CLASSES]),
    purpose: tape.pick(['service', 'research']),
    endpoint: tape.pick(['near', 'far', 'ally']) as EndpointId,
    model: tape.pick(['m1', 'm2']) as ModelName,
    reach: { see: set(), stop: set(), change: set() },
    facts: [],
    tags: tape.chance(40) ? ['partner'] : [],
  }
}

/** The whole text, parsed and asked by Cedar itself; attributes by the documented names, `docs/policy.md`. */
const askCedar = (text: string, question: Question, context: PolicyContext): { readonly allows: boolean; readonly fails: boolean } => {
  const { home, sets, dataClasses } = context
  const tenant = context.tenants.get(question.tenant)
  const date = (day: string) => ({ __extn: { fn: 'datetime', arg: day } })
  const application = { type: 'Application', id: `${question.tenant}/${question.application}` }
  const model = { type: 'Model', id: `${question.endpoint}/${question.model}` }
  const keepsFrom = tenant?.keepsFrom === undefined ? dataClasses.length : dataClasses.indexOf(tenant.keepsFrom)
  const answer = cedar.isAuthorized({
    principal: application,
    action: { type: 'Action', id: 'call' },
    resource: model,
    context: {
      dataClass: dataClasses.indexOf(question.dataClass),
      dataClassName: question.dataClass,
      classes: Object.fromEntries(dataClasses.map((name, rank) => [name, rank])),
      purpose: question.purpose,
      home: [...home],
      sets: Object.fromEntries([...sets].map(([name, set]) => [name, [...set]])),
      homeAnd: Object.fromEntries([...sets].map(([name, set]) => [name, [...home, ...set]])),
      today: date(context.day),
      dates: Object.fromEntries([...context.dates].map(([name, day]) => [name, date(day)])),
    },
    policies: { staticPolicies: text },
    entities: [
      {
        uid: application,
        attrs: { tenant: question.tenant, application: question.application, home: [...(tenant?.home ?? [])], keepsFrom },
        parents: [{ type: 'Tenant', id: question.tenant }],
      },
      {
        uid: model,
        attrs: {
          endpoint: question.endpoint,
          model: question.model,
          see: [...question.reach.see],
          stop: [...question.reach.stop],
          change: [...question.reach.change],
          tags: [...question.tags],
        },
        parents: [{ type: 'Endpoint', id: question.endpoint }],
      },
    ],
  })
  if (answer.type === 'failure') assert.fail(JSON.stringify(answer.errors))
  return { allows: answer.response.decision === 'allow', fails: answer.response.diagnostics.errors.length > 0 }
}

const QUESTIONS = times(500, 1500)
test('what the model of a law permits, Cedar permits when asked directly, and so does the law as compiled', () => {
  const seen = { permitted: 0, refused: 0, failed: 0, owed: 0 }
  fc.assert(
    fc.property(fc.nat(LAWS - 1), fc.integer(), (number, seed) => {
      const law = lawOf(number)
      const question = drawQuestion(new Tape(numbersFrom(seed, 60)), law.context)
      const { allows, fails } = askCedar(law.text, question, law.context)
      const owes = law.owing.some((text) => askCedar(text, question, law.context).allows)
      const permitted = allows && !fails && !owes
      seen[fails ? 'failed' : allows && owes ? 'owed' : permitted ? 'permitted' : 'refused']++
      assert.equal(law.permits(question), permitted, law.text)
      const decision = law.compiled().decide(question)
      assert.equal(decision.permit && decision.obligations.length === 0, permitted, law.text)
    }),
    { numRuns: QUESTIONS },
  )
  const least = { many: surely(QUESTIONS / 15), some: surely(QUESTIONS / 75), few: surely(QUESTIONS / 400) }
  assert.ok(
    seen.permitted > least.many && seen.refused > least.many && seen.failed > least.some && seen.owed > least.few,
    JSON.stringify(seen),
  )
})
