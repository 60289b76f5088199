import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDay } from '../../core/units.ts'
import { digestOf } from '../sections.ts'
import { type DecisionEntry, decide, parseRegister } from './decisions.ts'

const DAY = parseDay('2026-11-30') ?? assert.fail()
const entry = (model: string, more: Partial<DecisionEntry> = {}): DecisionEntry => ({
  report: digestOf(model),
  received: '2026-11-01',
  due: '2026-12-01',
  model,
  run: 'last',
  dataSet: 'laws@1.0.0',
  decision: 'pending',
  grounds: '',
  decided: null,
  ...more,
})

test('a decision ends what stands out about one model, and touches no other and no earlier one', () => {
  const earlier = entry('own', { decision: 'retrain', grounds: 'weights held it', decided: '2026-10-01' })
  const register = [earlier, entry('own'), entry('own', { dataSet: 'laws@2.0.0' }), entry('other')]
  const done = decide(register, { model: 'own', run: 'last', decision: 'output filter', grounds: 'one page of many' }, DAY)
  assert.ok(done.ok)
  assert.deepEqual(done.value.reports, [digestOf('own')])
  assert.deepEqual(
    done.value.register.map(({ decision }) => decision),
    ['retrain', 'output filter', 'output filter', 'pending'],
  )
  assert.ok(!decide(done.value.register, { model: 'own', run: 'last', decision: 'retrain', grounds: 'again' }, DAY).ok)
  const read = parseRegister(JSON.stringify(done.value.register), 'register')
  assert.deepEqual(read.ok && read.value, done.value.register)
  assert.ok(!parseRegister('[{}]', 'register').ok)
})
