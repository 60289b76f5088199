import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../core/json.ts'
import { Members, Reading } from './members.ts'

const NAMES = ['a', 'b', '', 'toString', '__proto__', 'a.b']
const object = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }).map((members) => {
  const made = {}
  for (const [name, value] of members) Object.defineProperty(made, name, { value, enumerable: true, configurable: true })
  return made as JsonObject
})
const READERS = ['text', 'number', 'boolean', 'integer', 'child', 'members', 'list', 'each', 'texts', 'value'] as const

test('a reader gives a value of its type, undefined for none, and a failure that names the place for any other', () => {
  const fits: Record<(typeof READERS)[number], (value: unknown) => boolean> = {
    text: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    boolean: (value) => typeof value === 'boolean',
    integer: (value) => Number.isSafeInteger(value),
    child: (value) => typeof value === 'object' && !Array.isArray(value),
    members: (value) => typeof value === 'object' && !Array.isArray(value),
    list: Array.isArray,
    each: (value) =>
      Array.isArray(value) && value.every((element) => typeof element === 'object' && element !== null && !Array.isArray(element)),
    texts: (value) => Array.isArray(value) && value.every((element) => typeof element === 'string'),
    value: () => true,
  }
  fc.assert(
    fc.property(object, fc.constantFrom(...NAMES), fc.constantFrom(...READERS), (members, name, kind) => {
      const reading = new Reading()
      const got = new Members(members, reading, 'at')[kind](name)
      const value: unknown = Object.hasOwn(members, name) ? members[name] : undefined
      const concluded = reading.conclude(got)
      const absent = value === undefined || value === null
      assert.equal(concluded.ok, absent || fits[kind](value))
      if (!concluded.ok)
        assert.ok(concluded.error.parameter?.startsWith(`at.${name}`) && concluded.error.message.startsWith(`\`at.${name}`))
      else if (kind === 'value') assert.equal(got, value)
      else if (absent) assert.equal(got, undefined)
      else if (kind !== 'members' && kind !== 'each') assert.equal(got, value)
    }),
    { numRuns: 500 },
  )
})

test('what was asked for and what is left over are together the whole, but for nulls', () => {
  fc.assert(
    fc.property(object, fc.subarray(NAMES), (members, asked) => {
      const reader = new Members(members, new Reading())
      for (const name of asked) reader.value(name)
      const rest = reader.rest()
      const expected = Object.keys(members).filter((name) => !asked.includes(name) && members[name] !== null)
      assert.deepEqual(Object.keys(rest ?? {}).sort(), expected.sort())
      assert.equal(rest === undefined, expected.length === 0)
      for (const name of expected) assert.deepEqual(rest?.[name], members[name])
      assert.equal(Object.getPrototypeOf(rest ?? {}), Object.prototype)
    }),
  )
})

test('of several failures the first is told, deep places with their path', () => {
  const reading = new Reading()
  const reader = new Members({ messages: [{ role: 'user' }, { role: 7, content: 1 }, 'no'], stop: 5 }, reading)
  const messages = reader.each('messages') ?? []
  assert.equal(messages.length, 2)
  assert.deepEqual(
    messages.map((message) => message.text('role')),
    ['user', undefined],
  )
  reader.texts('stop')
  assert.deepEqual(reading.conclude(1), {
    ok: false,
    error: { kind: 'unreadable', message: '`messages.2` must be an object', parameter: 'messages.2' },
  })
})

test('a failure of the whole has no parameter', () => {
  const reading = new Reading()
  reading.fail('', 'the body holds nothing')
  assert.deepEqual(reading.conclude(1), { ok: false, error: { kind: 'unreadable', message: 'the body holds nothing', parameter: null } })
})

test('words, missing members and what is there', () => {
  const reading = new Reading()
  const reader = new Members({ effort: 'low', other: 'huge', none: null }, reading)
  assert.equal(reader.word('effort', ['low', 'high']), 'low')
  assert.deepEqual([reader.has('effort'), reader.has('none'), reader.has('absent'), reader.has('toString')], [true, false, false, false])
  assert.equal(reader.word('other', ['low', 'high']), undefined)
  reader.missing('absent')
  assert.deepEqual(reading.conclude(1), {
    ok: false,
    error: { kind: 'unreadable', message: '`other` must be one of low, high', parameter: 'other' },
  })
})
