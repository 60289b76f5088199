import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Detector } from '../personal-data/detect.ts'
import { raisedClass } from './raising.ts'
import type { Snapshot } from './snapshot.ts'

const CLASSES = ['public', 'internal', 'confidential', 'secret']
const under = (raises: Readonly<Record<string, string>> | undefined): Snapshot => {
  const personalData = raises && {
    detector: new Detector(),
    keyed: () => (text: string) => createHmac('sha256', 'key').update(text).digest(),
    raises: new Map(Object.entries(raises)),
  }
  return { dataClasses: CLASSES, ...(personalData && { personalData }) } as unknown as Snapshot
}
const body = (text: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ messages: [{ role: 'user', content: text }] }))
const IBAN = 'DE89 3704 0044 0532 0130 00'

test('a call is raised to the highest class that its findings ask for, and says by which', () => {
  const snapshot = under({ iban: 'confidential', 'de-*': 'secret', '*': 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'public', body(`${IBAN}, a@b.co`)), {
    dataClass: 'confidential',
    raised: { from: 'public', by: ['iban'] },
  })
  assert.equal(raisedClass(snapshot, 'public', body('a@b.co')).dataClass, 'internal')
  assert.equal(raisedClass(snapshot, 'public', body('Steuer-ID 36574261809')).dataClass, 'secret')
})

test('a call is never lowered, and nothing is looked for where nothing is asked', () => {
  const snapshot = under({ iban: 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'secret', body(IBAN)), { dataClass: 'secret' })
  assert.deepEqual(raisedClass(snapshot, 'internal', body(IBAN)), { dataClass: 'internal' })
  assert.deepEqual(raisedClass(snapshot, 'public', body('nothing here')), { dataClass: 'public' })
  assert.deepEqual(raisedClass(under(undefined), 'public', body(IBAN)), { dataClass: 'public' })
  assert.deepEqual(raisedClass(under({}), 'public', body(IBAN)), { dataClass: 'public' })
})

test('however JSON writes the letters of a value, it is found', () => {
  const snapshot = under({ '*': 'confidential' })
  const values = [
    IBAN,
    'a line\nDE89370400440532013000',
    'write to anna@example.org',
    'card 4111 1111 1111 1111',
    'رقم الهاتف ٠١٠١٢٣٤٥٦٧٨',
    'a \\u0041 then 192.168.10.24',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...values),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 40 }),
      fc.boolean(),
      (value, which, upper) => {
        const escaped = (letter: string): string => {
          const code = letter.charCodeAt(0).toString(16).padStart(4, '0')
          return `\\u${upper ? code.toUpperCase() : code}`
        }
        const written = [...value]
          .map((letter, at) => (which[at % which.length] ? escaped(letter) : JSON.stringify(letter).slice(1, -1)))
          .join('')
        const question = `{"messages":[{"role":"user","content":"${written}"}]}`
        assert.equal(JSON.parse(question).messages[0].content, value)
        assert.equal(raisedClass(snapshot, 'public', new TextEncoder().encode(question)).dataClass, 'confidential', question)
      },
    ),
  )
  const argument = JSON.stringify({ to: 'anna@example.org' }).replace('@', '\\u0040')
  const call = JSON.stringify({ messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'send', arguments: argument } }] }] })
  assert.equal(raisedClass(snapshot, 'public', new TextEncoder().encode(call)).dataClass, 'confidential', call)
  assert.equal(raisedClass(snapshot, 'public', body('nothing \u2028 here')).dataClass, 'public')
})
