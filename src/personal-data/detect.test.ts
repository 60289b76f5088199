import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Detector } from './detect.ts'
import { titledNames } from './names.ts'
import { scoreOf, withoutOverlaps } from './spans.ts'

const detector = new Detector({ names: titledNames })
const found = (text: string): readonly string[] => detector.findIn(text).map((span) => `${span.class} ${text.slice(span.start, span.end)}`)

test('what is sure by itself is found without a word beside it', () => {
  assert.deepEqual(found('anna.müller@beispiel.de, <a@b.co>.'), ['email anna.müller@beispiel.de', 'email a@b.co'])
  assert.deepEqual(found('DE89 3704 0044 0532 0130 00 und GB82WEST12345698765432'), [
    'iban DE89 3704 0044 0532 0130 00',
    'iban GB82WEST12345698765432',
  ])
  assert.deepEqual(found('4111 1111 1111 1111'), ['card 4111 1111 1111 1111'])
  assert.deepEqual(found('529.982.247-25'), ['br-cpf 529.982.247-25'])
  assert.deepEqual(found('192.168.1.20, 2a00:1450:4001:81b::200e, 00:1B:44:11:3A:B7, 00-1b-44-ab-3a-b7'), [
    'ip 192.168.1.20',
    'ip 2a00:1450:4001:81b::200e',
    'mac 00:1B:44:11:3A:B7',
    'mac 00-1b-44-ab-3a-b7',
  ])
})

test('a number that many things could be needs a word beside it', () => {
  assert.deepEqual(found('44051401359'), [])
  assert.deepEqual(found('PESEL: 44051401359'), ['pl-pesel 44051401359'])
  assert.deepEqual(found('030 2345678'), [])
  assert.deepEqual(found('Telefon 030 2345678 oder +49 (30) 2345678.'), ['phone 030 2345678', 'phone +49 (30) 2345678'])
  assert.deepEqual(found('NIN 70123456789'), ['ng-nin 70123456789'])
  assert.deepEqual(found('他的身份证号码是A1234567'), [])
  assert.deepEqual(found('他的身份证号码是11010519491231002X。'), ['cn-ric 11010519491231002X'])
})

test('what only looks like it is left alone', () => {
  for (const text of [
    '§ 12 Abs. 3 BGB vom 12.05.2003 (BGBl. I S. 1234), Richtlinie 2010/31/EU',
    'Version 1.2.3.4 um 12:30:45, std::vector, 127.0.0.1, ::1',
    'DE88 3704 0044 0532 0130 00 und 4111 1111 1111 1112',
    '529.982.247-26, 1.529.982.247-25, 529.982.247-25-1',
    'anna@example, anna@@example.org, @example.org, x@y.invalid',
    'Mobilität 2019: 118/2019, Tel. 12.05.2019',
  ])
    assert.deepEqual(found(text), [], text)
})

test('digits of other scripts, no-break spaces and dashes are read as they are meant', () => {
  assert.deepEqual(found('आधार संख्या: २३४१ २३४१ २३४६'), ['in-aadhaar २३४१ २३४१ २३४६'])
  assert.deepEqual(found('هاتف ٠٥٠١٢٣٤٥٦٧'), ['phone ٠٥٠١٢٣٤٥٦٧'])
  assert.deepEqual(found('DE89\u00a03704\u202f0044 0532 0130 00'), ['iban DE89\u00a03704\u202f0044 0532 0130 00'])
  assert.deepEqual(found('CPF 529.982.247–25'), ['br-cpf 529.982.247–25'])
})

test('the text of JSON is read through its escapes', () => {
  assert.deepEqual(found('{"a":"x\\n529.982.247-25","b":"\\u00e9529.982.247-25"}'), ['br-cpf 529.982.247-25', 'br-cpf 529.982.247-25'])
})

test('names stand behind a form of address, and end where they end', () => {
  assert.deepEqual(found('Frau Anna Müller-Lüdenscheid sprach.'), ['person Anna Müller-Lüdenscheid'])
  assert.deepEqual(found('Mme Jeanne d’Aubigné et κα Ελένη Παπαδοπούλου'), ['person Jeanne d’Aubigné', 'person Ελένη Παπαδοπούλου'])
  assert.deepEqual(found('Anna Müller'), [])
})

test('classes and the least score can be chosen', () => {
  const text = 'a@b.co DE89370400440532013000 529.982.247-25'
  const some = (options: ConstructorParameters<typeof Detector>[0]): readonly string[] =>
    new Detector(options).findIn(text).map((span) => span.class)
  assert.deepEqual(some({ classes: ['iban', 'br-*'] }), ['iban', 'br-cpf'])
  assert.deepEqual(some({ minimum: 0.9 }), ['email', 'iban'])
  assert.ok(scoreOf(10) === 0.5 && scoreOf(20) > 0.999)
})

test('places of a string are its own, whatever stands before', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 30 }), (before, behind) => {
      const text = `${before}\n\nDE89370400440532013000\n\n${behind}`
      const spans = detector.findIn(text).filter((span) => span.class === 'iban')
      assert.deepEqual(
        spans.map(({ start, end }) => text.slice(start, end)),
        ['DE89370400440532013000'],
      )
    }),
    { numRuns: 200 },
  )
})

test('any bytes whatever are read to their end, and spans lie in order inside them', () => {
  const hostile = fc.array(
    fc.constantFrom('1', '23', '@', ':', '.', '-', ' ', '+', '(', 'DE89', 'a', '\u0661', '\u0967', 'é', '\\u00', '::', '٤٥', '/'),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        hostile.map((parts) => new TextEncoder().encode(parts.join(''))),
      ),
      (bytes) => {
        let last = 0
        for (const { start, end } of detector.find(bytes)) {
          assert.ok(last <= start && start < end && end <= bytes.length)
          last = end
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('text that is made to cost costs no more than its length', () => {
  const units = [
    '1',
    '1 2 ',
    '12345 ',
    '@',
    ':a',
    '123 456 789 ',
    '11144477735 ',
    'cpf 11144477735 ',
    'tel 12 345 678 ',
    'hr ',
    'Mr Aa-',
    '2a00::1:2 ',
    'DE89 3704 ',
  ]
  for (const unit of units) {
    const text = new TextEncoder().encode(unit.repeat(200_000 / unit.length))
    const before = process.threadCpuUsage().user
    detector.find(text)
    const took = process.threadCpuUsage().user - before
    assert.ok(took < 2_000_000, `${unit} took ${took} µs`)
  }
})

test('of spans that overlap the surer stays, whatever found them first', () => {
  const spans = [
    { start: 0, end: 5, class: 'a', score: 0.7 },
    { start: 3, end: 9, class: 'b', score: 0.9 },
    { start: 9, end: 12, class: 'c', score: 0.1 },
    { start: 3, end: 9, class: 'aa', score: 0.9 },
  ]
  fc.assert(
    fc.property(fc.shuffledSubarray(spans, { minLength: 4 }), (some) => {
      assert.deepEqual(
        withoutOverlaps(some).map((span) => span.class),
        ['aa', 'c'],
      )
    }),
    { numRuns: 30 },
  )
})
