import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROFILES, shipped } from '../../../test/providers/shipped.ts'
import { parseDay } from '../../core/units.ts'
import { type Observations, withObservations } from './observations.ts'
import { deviationsOf } from './profile.ts'

const asOf = parseDay('2026-11-22') ?? assert.fail()
const measured = (over: Partial<Observations> = {}): Observations => ({
  dialect: 'openai-chat',
  model: 'glm-5.3',
  transcript: 'probes/zai-glm-5.3.json',
  asOf,
  classes: { seed: { member: null }, unknownFields: { behaviour: 'ignore' } },
  ...over,
})

test('what was measured replaces what was said, for that model and those classes', () => {
  const result = withObservations(shipped('zai'), measured())
  assert.ok(result.ok)
  const after = deviationsOf(result.value, 'openai-chat', 'glm-5.3')
  const before = deviationsOf(shipped('zai'), 'openai-chat', 'glm-5.3')
  assert.deepEqual(
    [after.seed?.member, after.seed?.evidence, after.unknownFields?.behaviour, after.unknownFields?.rejected],
    [null, 'observed', 'ignore', []],
  )
  assert.deepEqual(after.reasoningToggle, before.reasoningToggle)
  assert.deepEqual(deviationsOf(result.value, 'openai-chat', 'glm-4.6'), deviationsOf(shipped('zai'), 'openai-chat', 'glm-4.6'))
  const again = withObservations(result.value, measured({ classes: { seed: { member: 'seed' } } }))
  assert.ok(again.ok)
  assert.equal(deviationsOf(again.value, 'openai-chat', 'glm-5.3').unknownFields?.behaviour, before.unknownFields?.behaviour)
  assert.equal(again.value.dialects['openai-chat']?.models.length, result.value.dialects['openai-chat']?.models.length)
})

test('a measurement that a profile could not hold is a mistake, told in a sentence', () => {
  const messages = (over: Partial<Observations>): string => {
    const result = withObservations(shipped('zai'), measured(over))
    return result.ok ? '' : result.error.messages.join('; ')
  }
  assert.match(messages({ classes: { seeds: { member: null } } }), /`seeds` is not a field of .*did you mean `seed`/)
  assert.match(messages({ classes: { seed: {} } }), /seed\.member/)
  assert.match(messages({ dialect: 'gemini' }), /does not speak/)
  assert.match(messages({ model: 'glm-*' }), /is a pattern/)
})

test('every profile can be read again as it stands', () => {
  for (const profile of PROFILES) {
    const [dialect] = Object.keys(profile.dialects) as Observations['dialect'][]
    const result = withObservations(profile, measured({ dialect: dialect ?? assert.fail(), model: 'swiss-ai/Ünïcode:8b', classes: {} }))
    assert.ok(result.ok, profile.name)
    assert.deepEqual({ ...result.value, sources: profile.sources }, profile)
  }
})
