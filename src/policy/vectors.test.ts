import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compiled, contextOf, type PlainQuestion, places, questionOf, sourceOf } from '../../test/policy-worlds.ts'
import type { TenantId } from '../core/ids.ts'
import type { Day } from '../core/units.ts'
import { compilePolicies } from './compile.ts'
import type { Decision, PolicyContext, TenantContext } from './decision.ts'

type Vectors = {
  readonly about: string
  readonly context: {
    readonly home: string[]
    readonly dataClasses: string[]
    readonly sets: Record<string, string[]>
    readonly day: string
    readonly dates: Record<string, string>
    readonly tenants: Record<string, { readonly home: string[]; readonly keepsFrom?: string }>
  }
  readonly obligationsSupported: string[]
  readonly policies: ({ readonly file: string } | { readonly name: string; readonly text: string })[]
  readonly cases: {
    readonly name: string
    readonly question: PlainQuestion
    readonly expected: { readonly permit: boolean; readonly policies: string[]; readonly obligations?: string[] }
  }[]
}
const root = join(import.meta.dirname, '../..')
const files = globSync('spec/vectors/policy/*.json', { cwd: root }).sort()

const contextFrom = ({ home, dataClasses, sets, day, dates, tenants }: Vectors['context']): PolicyContext => ({
  home: places(...home),
  dataClasses,
  sets: new Map(Object.entries(sets).map(([name, members]) => [name, places(...members)])),
  day: day as Day,
  dates: new Map(Object.entries(dates) as [string, Day][]),
  tenants: new Map(
    Object.entries(tenants).map(([name, { home: own, keepsFrom }]): [TenantId, TenantContext] => [
      name as TenantId,
      { home: places(...own), ...(keepsFrom === undefined ? {} : { keepsFrom }) },
    ]),
  ),
})

test('there are decision vectors', () => assert.ok(files.length >= 9))

for (const file of files) {
  const vectors: Vectors = JSON.parse(readFileSync(join(root, file), 'utf8'))
  test(`${file}: ${vectors.about}`, () => {
    const texts = vectors.policies.map((policy) =>
      'file' in policy ? { name: policy.file, text: readFileSync(join(root, policy.file), 'utf8') } : policy,
    )
    const source = sourceOf(texts, contextFrom(vectors.context))
    const policy = compilePolicies({ ...source, obligationsSupported: new Set(vectors.obligationsSupported) })
    if (!policy.ok) assert.fail(policy.error.message)
    for (const { name, question, expected } of vectors.cases) {
      const decision: Decision = policy.value.decide(questionOf(question))
      const got: (typeof vectors.cases)[number]['expected'] = {
        permit: decision.permit,
        policies: decision.policies.map(({ id }) => id),
        ...(decision.permit ? { obligations: [...decision.obligations] } : {}),
      }
      assert.deepEqual(got, expected, name)
      assert.deepEqual(decision.facts, question.facts, name)
    }
  })
}

test('the vectors and the tests speak of the same context', () => {
  const vectors: Vectors = JSON.parse(readFileSync(join(root, 'spec/vectors/policy/hybrid.json'), 'utf8'))
  const text = [{ name: 'own.cedar', text: '@id("a") @reason("because") permit (principal, action, resource);' }]
  assert.equal(compiled(text, contextFrom(vectors.context)).digest, compiled(text, contextOf()).digest)
})
