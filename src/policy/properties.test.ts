import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CLASSES, compiled, compiledPreset, contextOf, type PlainQuestion, presetText, questionOf } from '../../test/policy-worlds.ts'
import { type Jurisdiction, POWERS, type Reach, UNKNOWN } from '../core/jurisdiction.ts'
import type { PolicyInForce, Question } from './decision.ts'
import { memoise } from './memoise.ts'
import { PRESET_NAMES, type PresetName } from './presets.ts'

const RUNS = { numRuns: 150 }
const PLACES = ['FR', 'DE', 'CH', 'IN', 'US', UNKNOWN] as Jurisdiction[]
const members = fc.uniqueArray(fc.constantFrom(...PLACES), { maxLength: 3 })
const homely = fc.uniqueArray(fc.constantFrom<Jurisdiction>('FR' as Jurisdiction, 'DE' as Jurisdiction), { maxLength: 2 })
/** Half of the reaches lie at home, or hardly anything would be permitted and the properties would hold for nothing. */
const reach: fc.Arbitrary<Reach> = fc.record({
  see: fc.oneof(homely, members),
  stop: fc.oneof(homely, members),
  change: fc.oneof(homely, members),
})
const question: fc.Arbitrary<Question> = fc
  .record({
    tenant: fc.constantFrom('ministry', 'agency', 'stranger'),
    dataClass: fc.constantFrom(...CLASSES),
    purpose: fc.constantFrom('general', 'care'),
    endpoint: fc.constantFrom('local', 'frontier'),
    tags: fc.constantFrom<string[]>([], ['partner']),
    reach,
  })
  .map((plain: PlainQuestion) => questionOf(plain))

const presets = new Map(PRESET_NAMES.map((name) => [name, compiledPreset(name)]))
const inEach = (holds: (policy: PolicyInForce, name: PresetName, question: Question) => void) => {
  for (const [name, policy] of presets)
    fc.assert(
      fc.property(question, (asked) => holds(policy, name, asked)),
      RUNS,
    )
}

/** From which class upward a preset restricts a power: what it says in its comments, written a second time. */
const RESTRICTED_FROM: Record<PresetName, Record<(typeof POWERS)[number], number>> = {
  'full-stack': { see: 0, stop: 0, change: 0 },
  coalition: { see: 0, stop: 0, change: 0 },
  hybrid: { see: 1, stop: 3, change: 3 },
  partnership: { see: 0, stop: 0, change: 4 },
}

test('G3: unknown permits nothing where the preset restricts that power', () => {
  inEach((policy, name, asked) => {
    for (const power of POWERS) {
      if (CLASSES.indexOf(asked.dataClass) < RESTRICTED_FROM[name][power]) continue
      const doubtful = { ...asked, reach: { ...asked.reach, [power]: [...asked.reach[power], UNKNOWN] } }
      assert.ok(!policy.decide(doubtful).permit, power)
    }
  })
})

test('a higher data class never turns a refusal into a permit', () => {
  inEach((policy, _, asked) => {
    const permits = CLASSES.map((dataClass) => policy.decide({ ...asked, dataClass }).permit)
    assert.deepEqual(permits, [...permits].sort().reverse())
  })
})

test('one more jurisdiction that can see, stop or change never turns a refusal into a permit', () => {
  inEach((policy, name, asked) => {
    if (policy.decide(asked).permit) return
    for (const power of POWERS)
      for (const extra of ['FR', 'CH', 'US'] as Jurisdiction[]) {
        const wider = { ...asked, reach: { ...asked.reach, [power]: [...asked.reach[power], extra] } }
        assert.ok(!policy.decide(wider).permit, `${name}: ${extra} can ${power}`)
      }
  })
})

test('the properties are about something: every preset permits and refuses many of these questions', () => {
  for (const [name, policy] of presets) {
    const permitted = fc.sample(question, { numRuns: 300, seed: 7 }).filter((asked) => policy.decide(asked).permit).length
    assert.ok(permitted > 15 && permitted < 285, `${name}: ${permitted} of 300`)
  }
})

test('wherever one policy cannot be evaluated, whatever the others say, the answer is a refusal that names it', () => {
  const trap = `@id("trap") @reason("adds too much")
    forbid (principal, action, resource) when { context.purpose == "care" && (context.dataClass + 1) * 9223372036854775807 < 0 };`
  const permitAll = '@id("all") @reason("everything may pass") permit (principal, action, resource);'
  for (const name of PRESET_NAMES) {
    const policy = compiled([presetText(name), { name: 'own.cedar', text: `${permitAll}\n${trap}` }])
    fc.assert(
      fc.property(question, (asked) => {
        const errs = asked.purpose === 'care' && asked.dataClass !== 'public'
        const { decision, errored } = policy.explain(asked)
        assert.deepEqual(errored, errs ? ['trap'] : [])
        if (errs) assert.ok(!decision.permit && decision.policies.some(({ id }) => id === 'trap'))
      }),
      RUNS,
    )
  }
})

test('a memo answers as its policy does, even when it is full and when facts of an endpoint change under it', () => {
  for (const capacity of [1, 5, 1000])
    fc.assert(
      fc.property(fc.constantFrom(...PRESET_NAMES), fc.array(question, { maxLength: 30 }), (name, asked) => {
        const policy = presets.get(name) ?? assert.fail()
        const memo = memoise(policy, capacity)
        for (const one of [...asked, ...asked]) assert.deepEqual(memo.decide(one), policy.decide(one))
        assert.equal(memo.digest, policy.digest)
      }),
      { numRuns: 8 },
    )
})

test('a memo asks its policy once for a question, equal by value, and never more than it may remember', () => {
  let asked = 0
  const counting: PolicyInForce = {
    digest: 'sha256:0',
    decide: ({ facts }) => {
      asked++
      return { permit: false, policies: [], facts }
    },
  }
  const memo = memoise(counting, 2)
  for (let i = 0; i < 5; i++) memo.decide(questionOf())
  assert.equal(asked, 1)
  memo.decide(questionOf({ purpose: 'care' }))
  memo.decide(questionOf())
  assert.equal(asked, 2)
  memo.decide(questionOf({ dataClass: 'secret' }))
  memo.decide(questionOf())
  assert.equal(asked, 4, 'the third question emptied a memo of two')
  for (const changed of [
    { tenant: 'agency' },
    { application: 'search' },
    { endpoint: 'other' },
    { model: 'other' },
    { tags: ['warm'] },
    { facts: [] },
  ]) {
    const before: number = asked
    memo.decide(questionOf(changed))
    assert.equal(asked, before + 1, JSON.stringify(changed))
  }
})

test('a day after its end an agreement opens nothing', () => {
  const ended = compiledPreset('partnership', contextOf({ dates: new Map([['agreement_ends', '2026-11-21' as never]]) }))
  fc.assert(
    fc.property(question, (asked) => {
      if (asked.reach.see.some((place) => place !== 'FR' && place !== 'DE')) assert.ok(!ended.decide(asked).permit)
    }),
    RUNS,
  )
})
