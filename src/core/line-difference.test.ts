import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lineDifference } from './line-difference.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.map((line) => `${line}\n`).join(''))

test('what is the same or removed is the old text, what is the same or added is the new one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDifference(before, after)
      if (before === after) return lines.length === 0
      if (lines.some(({ kind }) => kind === 'gap')) return true
      const side = (kind: string) =>
        lines
          .filter((line) => line.kind === 'same' || line.kind === kind)
          .map((line) => `${line.text}\n`)
          .join('')
      assert.equal(side('removed'), before)
      assert.equal(side('added'), after)
      return true
    }),
  )
})

test('far from a change, lines are left out', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const changed = lines.with(10, 'another')
  assert.deepEqual(
    lineDifference(lines.join('\n'), changed.join('\n')).map(({ kind, text }) => `${kind} ${text}`.trim()),
    [
      'gap',
      'same line 7',
      'same line 8',
      'same line 9',
      'removed line 10',
      'added another',
      'same line 11',
      'same line 12',
      'same line 13',
      'gap',
    ],
  )
})

test('texts of very many lines that have nothing in common are told whole', () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join('\n')
  assert.equal(lineDifference(many('a'), many('b')).length, 6000)
})
