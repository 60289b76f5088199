import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Kernel } from './kernel.ts'

const kernel = await Kernel.load()

/** As readers do: the rest of the object is parsed with an empty string for the text. Or why there is none. */
const read = (line: string) => {
  const bytes = Buffer.from(line)
  const member = kernel.member(bytes, Buffer.from('text'))
  if (member.kind !== 'text') return `${member.kind} at ${member.at}`
  const rest = Buffer.concat([bytes.subarray(0, member.start), Buffer.from('""'), bytes.subarray(member.end)]).toString()
  try {
    return { text: Buffer.from(member.text).toString(), others: JSON.parse(rest) as unknown }
  } catch {
    return 'broken beside it'
  }
}

/** As `JSON.stringify` writes a string, and with more escapes than it needs. */
const escapedAll = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, index) => index)
    .map((index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')}"`
const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60, size: 'max' }),
  fc
    .array(fc.constantFrom('a', 'word ', '"', '\\', '\n', '\t', '\b\f\r', '/', 'õ', '你', '👍', '\0', '\u007f', 'x'.repeat(15)), {
      maxLength: 60,
      size: 'max',
    })
    .map((parts) => parts.join('')),
)
const names = fc
  .oneof(fc.constantFrom('id', 'te', 'textual', '', '"text"', 'a\\b'), strings)
  .filter((name) => name !== 'text' && name !== '__proto__')

test('the text and the other members are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      strings,
      fc.dictionary(names, fc.jsonValue({ maxDepth: 3 })),
      fc.nat(20),
      fc.constantFrom(undefined, 1, '\t'),
      fc.boolean(),
      (text, others, place, space, everything) => {
        const members = Object.entries(others)
        members.splice(place % (members.length + 1), 0, ['text', text])
        // JSON puts names that are numbers first; nothing depends on the order.
        const plain = JSON.stringify(Object.fromEntries(members), null, space)
        const line = everything ? plain.replace(JSON.stringify(text), () => escapedAll(text)) : plain
        assert.deepEqual(read(line), { text, others: { ...(JSON.parse(plain) as object), text: '' } })
      },
    ),
    { numRuns: 500 },
  )
})

test('a line that JSON.parse refuses is refused, wherever it is cut or changed', () => {
  const line =
    '{"id": 7, "tags": ["a", {"b": "}\\""}], "text": "caf\\u00e9 \\ud83d\\udc4d \\n\\"quoted\\" and long enough for vectors", "ok": true}'
  const agrees = (changed: string) => {
    const found = read(changed)
    let parsed: unknown
    try {
      parsed = JSON.parse(changed)
    } catch {
      assert.equal(typeof found, 'string', changed)
      return
    }
    const text = (parsed as { text?: unknown }).text
    if (typeof found !== 'string') assert.equal(found.text, text, changed)
    else assert.match(found, /missing|not-text|twice|broken/, changed)
  }
  for (let at = 0; at < line.length; at++) {
    agrees(line.slice(0, at))
    for (const byte of ['"', '\\', '{', '}', ',', ':', ' ', '\n', '0', 'u']) {
      agrees(line.slice(0, at) + byte + line.slice(at))
      agrees(line.slice(0, at) + byte + line.slice(at + 1))
    }
  }
})

test('what is wrong is said, and where', () => {
  assert.equal(read('{"id": 1}'), 'missing at 9')
  assert.equal(read('{}'), 'missing at 2')
  assert.equal(read('{"text": null}'), 'not-text at 9')
  assert.equal(read('{"text": "a", "te\\u0078t": "b"}'), 'twice at 27')
  assert.equal(read('{"text": "\\ud83d alone"}'), 'broken at 10')
  assert.equal(read('{"text": "\\udc4d\\ud83d"}'), 'broken at 10')
  assert.equal(read('["text"]'), 'broken at 0')
  assert.equal(read('{"text": "a", "n": 01}'), 'broken beside it')
  assert.equal(read('{"text": "\x01"}'), 'broken at 10')
  assert.throws(() => kernel.member(Buffer.from('{}'), new Uint8Array(2000)), /too long/)
})

test('memory grows with a line, and stays', () => {
  const text = 'käesolev "seadus"\n'.repeat(400_000)
  for (let round = 0; round < 3; round++) assert.deepEqual(read(JSON.stringify({ text })), { text, others: { text: '' } })
})
