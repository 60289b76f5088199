import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compiled, compiledPreset, contextOf, places, presetText, questionOf, reachOf, sourceOf } from '../../test/policy-worlds.ts'
import { compilePolicies } from './compile.ts'
import type { PolicyText } from './parse.ts'
import { PRESET_NAMES } from './presets.ts'

const problemsOf = (texts: readonly PolicyText[], context = contextOf()): string[] => {
  const result = compilePolicies(sourceOf(texts, context))
  return result.ok ? [] : result.error.message.split('\n')
}
const one = (text: string): string[] => problemsOf([{ name: 'own.cedar', text }])
const PERMIT_ALL = '@id("all") @reason("everything may pass")\npermit (principal, action, resource);'

test('every preset compiles, and every policy of it says why', () => {
  for (const name of PRESET_NAMES) {
    const policy = compiledPreset(name)
    assert.ok(
      policy.policies.every(({ id, reason }) => id.startsWith(`${name}-`) && /^[^.]+$/.test(reason)),
      name,
    )
    assert.deepEqual(policy.impossible, [])
    assert.match(policy.digest, /^sha256:[0-9a-f]{64}$/)
  }
})

test('policies come in the order of their files, even when there are more than ten', () => {
  const text = Array.from({ length: 13 }, (_, i) => `@id("p${i}") @reason("number ${i}")\npermit (principal, action, resource);`).join('\n')
  const { policies } = compiled([{ name: 'many.cedar', text }])
  assert.deepEqual(
    policies.map(({ id, line }) => [id, line]),
    Array.from({ length: 13 }, (_, i) => [`p${i}`, 1 + 2 * i]),
  )
})

test('what is missing or misspelt is told with file and line, all at once', () => {
  assert.deepEqual(one('// nothing'), ['own.cedar: there is no policy, so nothing would ever be permitted'])
  assert.deepEqual(one('\n@reason("so it is")\npermit (principal, action, resource);'), ['own.cedar:2: a policy has no `@id`'])
  assert.deepEqual(one('@id("a")\npermit (principal, action, resource);'), ['own.cedar:1: policy `a` has no `@reason` of one line'])
  assert.deepEqual(one(`${PERMIT_ALL}\n\n${PERMIT_ALL} // again`), ['own.cedar:1: id `all` is taken by the policy at own.cedar:1'])
  assert.match(
    one(PERMIT_ALL.replace('@id', '@obligaton("pseudonymise") @id'))[0] ?? '',
    /^own\.cedar:1: annotation `@obligaton` is not one of/,
  )
  assert.match(one(PERMIT_ALL.replace('"all"', '"default"'))[0] ?? '', /kept for refusals/)
  assert.match(one(PERMIT_ALL.replace('permit', '@obligation("log") forbid'))[0] ?? '', /could never be met/)
})

test('a syntax error is placed by line though letters before it take several bytes', () => {
  const [problem = ''] = one(`// Gesetz über ‘Daten’ 🏛\n// zweite\n${PERMIT_ALL.replace('principal,', 'principal;')}`)
  assert.match(problem, /^own\.cedar:4: .*unexpected token/)
})

test('a word the context does not have is refused when read, with the nearest right one', () => {
  const speaking = (condition: string) =>
    one(`\n@id("a")\n@reason("because")\npermit (principal, action, resource)\nwhen { ${condition} };`)
  assert.match(
    speaking('context.homeAnd.adequat.containsAll(resource.see)')[0] ?? '',
    /^own\.cedar:5: .*did you mean `adequate`\?; the configuration names no such/,
  )
  assert.match(speaking('context.dataClass > context.classes.topsecret')[0] ?? '', /classes\.topsecret/)
  assert.match(speaking('resource.sea.contains("FR")')[0] ?? '', /sea/)
  assert.match(speaking('context.dataClass > "secret"')[0] ?? '', /own\.cedar:5/)
  assert.deepEqual(speaking('context.dataClass > context.classes.internal'), [])
  assert.match(one('@id("t") @reason("template") permit (principal == ?principal, action, resource);')[0] ?? '', /template/)
})

test('unknown can stand in no set a policy compares with', () => {
  const bad = contextOf({ home: places('FR', 'unknown'), sets: new Map([['adequate', places('unknown')]]) })
  assert.deepEqual(problemsOf([presetText('full-stack')], bad), [
    'context: home has `unknown` as a member, which is no jurisdiction',
    'context: set `adequate` has `unknown` as a member, which is no jurisdiction',
  ])
  assert.deepEqual(problemsOf([presetText('full-stack')], contextOf({ home: places() })), ['context: home is empty'])
})

test('an error in any policy refuses, though Cedar itself would skip it and permit', () => {
  const overflow =
    '@id("trap") @reason("adds too much")\nforbid (principal, action, resource) when { context.dataClass * 9223372036854775807 < 0 };'
  const policy = compiled([{ name: 'own.cedar', text: `${PERMIT_ALL}\n${overflow}` }])
  assert.ok(policy.decide(questionOf({ dataClass: 'internal' })).permit)
  const { decision, errored } = policy.explain(questionOf({ dataClass: 'confidential' }))
  assert.ok(!decision.permit)
  assert.deepEqual(errored, ['trap'])
  assert.equal(decision.policies[0]?.id, 'trap')
  assert.match(decision.policies[0]?.reason ?? '', /^policy `trap` could not be evaluated: integer overflow/)
})

test('an obligation nobody here can meet refuses, and one that is supported is carried', () => {
  const texts = [{ name: 'own.cedar', text: PERMIT_ALL.replace('permit', '@obligation("pseudonymise, log") @law("Act 7") permit') }]
  const refused = compiled(texts).decide(questionOf())
  assert.deepEqual(refused, {
    permit: false,
    policies: ['pseudonymise', 'log'].map((name) => ({
      id: 'all',
      reason: `obligation \`${name}\` is not supported by this exchange`,
      law: 'Act 7',
    })),
    facts: ['fact-1'],
  })
  const able = compilePolicies({ ...sourceOf(texts), obligationsSupported: new Set(['pseudonymise', 'log']) })
  assert.ok(able.ok)
  const decision = able.value.decide(questionOf())
  assert.ok(decision.permit)
  assert.deepEqual(decision.obligations, ['log', 'pseudonymise'])
})

test('silence refuses, and so does a data class nobody configured', () => {
  const policy = compiled([{ name: 'own.cedar', text: `${PERMIT_ALL.slice(0, -1)} when { context.purpose == "care" };` }])
  assert.deepEqual(policy.decide(questionOf()).policies, [
    { id: 'default', reason: 'no policy permits `internal` data for `general` at `local/seed`' },
  ])
  assert.deepEqual(policy.decide(questionOf({ purpose: 'care', dataClass: 'cosmic' })).policies, [
    { id: 'evaluation', reason: 'there is no data class `cosmic`' },
  ])
})

test('names of callers and endpoints reach policies as entities and as words', () => {
  const decides = (condition: string, question = questionOf()) =>
    compiled([
      { name: 'own.cedar', text: `@id("a") @reason("because") permit (principal, action, resource) when { ${condition} };` },
    ]).decide(question).permit
  assert.ok(decides('principal in Tenant::"ministry" && principal == Application::"ministry/assistant"'))
  assert.ok(decides('resource in Endpoint::"local" && resource == Model::"local/seed" && resource.model like "se*"'))
  assert.ok(!decides('principal in Tenant::"agency"'))
  assert.ok(decides('context.today < datetime("2026-11-23") && context.today >= datetime("2026-11-22")'))
  assert.ok(decides('context.dataClassName == "internal" && principal.keepsFrom == context.classes.confidential'))
  assert.ok(!decides('principal.home.contains("FR")', questionOf({ tenant: 'stranger' })))
})

test('the digest changes with every text and parameter, and not with their order', () => {
  const [full, hybrid] = [presetText('full-stack'), presetText('hybrid')]
  const digest = (texts = [full, hybrid], context = contextOf()) => compiled(texts, context).digest
  const base = digest()
  assert.equal(digest([hybrid, full]), base)
  assert.equal(digest([full, hybrid], contextOf({ home: places('DE', 'FR') })), base)
  const others = [
    digest([full]),
    digest([{ ...full, text: `${full.text}\n` }, hybrid]),
    digest([full, hybrid], contextOf({ home: places('FR') })),
    digest([full, hybrid], contextOf({ tenants: new Map() })),
    digest([full, hybrid], contextOf({ dates: new Map() })),
    digest([full, hybrid], contextOf({ sets: new Map([['adequate', places('CH')]]) })),
  ]
  assert.equal(new Set([base, ...others]).size, 7)
})

test('a decision carries the facts it was asked with', () => {
  const facts = ['row-1', 'row-2']
  assert.deepEqual(compiledPreset('hybrid').decide(questionOf({ facts })).facts, facts)
  assert.deepEqual(compiledPreset('hybrid').decide(questionOf({ facts, reach: reachOf(['unknown']) })).facts, facts)
})
