import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Detector } from './detect.ts'
import { PseudonymTable, pseudonymOf } from './pseudonyms.ts'
import { Restoring } from './restore.ts'
import { type Mode, replacementFor, rewriteText } from './rewrite.ts'
import { canonical } from './spans.ts'

const keyed = (text: string): Uint8Array => createHmac('sha256', 'a key').update(text).digest()
const VALUES: readonly (readonly [string, string])[] = [
  ['email', 'anna@example.org'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['ip', '93.184.216.34'],
  ['ip', '2a00:1450:4001:81b::200e'],
  ['person', 'Anna "die Rote" Müller'],
  ['br-cpf', '529.982.247-25'],
]
const table = new PseudonymTable(keyed)
const pseudonyms = VALUES.map(([name, written]) => table.give({ class: name, value: canonical(name, written) }, written))
const restoring = new Restoring(table.given)

test('a value has one pseudonym under one key, however it is written', () => {
  const of = (written: string): string => pseudonymOf({ class: 'iban', value: canonical('iban', written) }, keyed)
  assert.equal(of('DE89 3704 0044 0532 0130 00'), of('de89370400440532013000'))
  assert.notEqual(of('DE89 3704 0044 0532 0130 00'), of('DE89 3704 0044 0532 0130 01'))
  assert.notEqual(
    pseudonymOf({ class: 'iban', value: 'x' }, keyed),
    pseudonymOf({ class: 'iban', value: 'x' }, (text) => createHmac('sha256', 'another').update(text).digest()),
  )
})

test('pseudonyms keep the form that programs read, and are nobody’s data', () => {
  const detector = new Detector()
  for (const pseudonym of pseudonyms) assert.deepEqual(detector.findIn(`Telefon, IP, IBAN: ${pseudonym}`), [], pseudonym)
  assert.match(pseudonyms[0] ?? '', /^[a-z]{12}@person\.invalid$/)
  assert.match(pseudonyms[1] ?? '', /^IBAN-[A-Z]{12}$/)
  assert.match(pseudonyms[2] ?? '', /^2[45]\d(?:\.[12]\d\d){3}$/)
  assert.match(pseudonyms[3] ?? '', /^2001:db8(?::[0-9a-f]{4}){6}$/)
  assert.match(pseudonyms[5] ?? '', /^BR-CPF-[A-Z]{12}$/)
})

test('two values that would have one pseudonym have two', () => {
  const alike = new PseudonymTable((text) => (text.endsWith('\0' + '1') ? keyed('other') : keyed('same')))
  const [first, second] = ['x', 'y'].map((value) => alike.give({ class: 'iban', value }, value))
  assert.notEqual(first, second)
  assert.deepEqual([alike.given.get(first ?? ''), alike.given.get(second ?? '')], ['x', 'y'])
})

const words = fc.array(
  fc.oneof(fc.constantFrom(...pseudonyms), fc.constantFrom('IBAN-', 'BCDF', '@person.', ' ', '245.', 'b', 'und ', '🙂', 'é', '2001:')),
  { maxLength: 8 },
)
const writtenOf = (pseudonym: string): string => VALUES[pseudonyms.indexOf(pseudonym)]?.[1] ?? pseudonym

test('a pseudonym is restored however the stream is split', () => {
  fc.assert(
    fc.property(words, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (parts, cuts) => {
      const text = parts.join('')
      const whole = restoring.text(text)
      const stream = restoring.stream()
      const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
      let written = ''
      for (let at = 1; at < places.length; at++) written += stream.push(text.slice(places[at - 1], places[at]))
      assert.equal(written + stream.end(), whole)
    }),
    { numRuns: 500 },
  )
})

test('at every single split, the value is whole and nothing is held that need not be', () => {
  for (const pseudonym of pseudonyms) {
    const text = `so: ${pseudonym}, gut`
    for (let cut = 0; cut <= text.length; cut++) {
      const stream = restoring.stream()
      const [first, second] = [stream.push(text.slice(0, cut)), stream.push(text.slice(cut))]
      assert.equal(first + second, `so: ${writtenOf(pseudonym)}, gut`)
      if (cut < 3) assert.equal(first, text.slice(0, cut))
    }
  }
})

test('values inside JSON are escaped, capitals do not matter, and places can be followed', () => {
  const [mail = '', , , , name = ''] = pseudonyms
  assert.equal(restoring.text(`{"name":"${name}"}`, true), '{"name":"Anna \\"die Rote\\" Müller"}')
  assert.equal(restoring.text(`${mail.charAt(0).toUpperCase()}${mail.slice(1)}!`), 'anna@example.org!')
  const stream = restoring.stream()
  const text = `ab ${mail} cd`
  const written = stream.push(text) + stream.end()
  assert.equal(written.slice(stream.place(text.indexOf('cd'))), 'cd')
  assert.equal(stream.place(1), 1)
})

test('a text is rewritten with masks or with pseudonyms, which are the same in every text', () => {
  const detector = new Detector()
  const text = 'é anna@example.org 🙂 DE89 3704 0044 0532 0130 00.'
  const without = (mode: Exclude<Mode, { kind: 'mark' }>): string =>
    rewriteText(text, detector.findIn(text), ({ class: name }, written) => replacementFor(mode, name, written))
  assert.equal(without({ kind: 'redact' }), 'é [EMAIL] 🙂 [IBAN].')
  assert.equal(without({ kind: 'pseudonymise', keyed }), `é ${pseudonyms[0]} 🙂 ${pseudonyms[1]}.`)
})
