import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stopScanner, tokenText } from './text.ts'

const scan = (pieces: readonly string[], stops: readonly string[]) => {
  const scanner = stopScanner(stops)
  let shown = ''
  for (const piece of pieces) {
    const { text, stopped } = scanner.push(piece)
    shown += text
    if (stopped) return { shown, stopped }
  }
  return { shown: shown + scanner.end(), stopped: false }
}

test('however a text is cut into pieces, it ends before its first stop sequence', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })
  fc.assert(
    fc.property(
      fc.array(letters),
      fc.array(
        letters.filter((stop) => stop !== ''),
        { maxLength: 3 },
      ),
      (pieces, stops) => {
        const whole = pieces.join('')
        const { shown, stopped } = scan(pieces, stops)
        // The stop that is complete first wins, as it does when tokens come one by one.
        const ends = stops.flatMap((stop) => (whole.includes(stop) ? [whole.indexOf(stop) + stop.length] : []))
        assert.equal(stopped, ends.length > 0)
        if (stopped) assert.ok(whole.startsWith(shown) && stops.every((stop) => !shown.includes(stop)))
        else assert.equal(shown, whole)
      },
    ),
  )
})

test('what cannot become a stop sequence is shown at once', () => {
  const scanner = stopScanner(['\n\n'])
  assert.deepEqual(scanner.push('one\n'), { text: 'one', stopped: false })
  assert.deepEqual(scanner.push('two'), { text: '\ntwo', stopped: false })
  assert.deepEqual(scanner.push('\n\nthree'), { text: '', stopped: true })
})

test('characters are shown whole, whatever the tokens cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 4 }), (text, size) => {
      const bytes = new TextEncoder().encode(text.replaceAll('\u{fffd}', ''))
      const tokens: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += size) tokens.push(bytes.slice(at, at + size))
      const shown = tokenText<Uint8Array>((some) => Buffer.concat(some).toString('utf8'), [])
      const pieces = [...tokens.map((token) => shown.push(token)), shown.end()]
      assert.equal(pieces.join(''), text.replaceAll('\u{fffd}', ''))
    }),
  )
})

test('bytes that are no text do not hold the rest back for ever', () => {
  const shown = tokenText<number>((some) => Buffer.from(some).toString('utf8'), [])
  const pieces = [0xe2, 0xe2, 0xe2, 0xe2, 0x41].map((byte) => shown.push(byte))
  assert.equal(pieces.at(-1), 'A')
})
