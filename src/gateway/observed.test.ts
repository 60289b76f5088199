import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nothingObserved, observe } from './observed.ts'

const look = (text: string) => {
  const seen = nothingObserved()
  const body = new TextEncoder().encode(text)
  return { whole: observe(body, 0, body.length, seen), seen }
}

test('usage is found among anything else, and nowhere but at the top', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.nat(), fc.nat(), (other, input, output) => {
      const { usage: _usage, error: _error, choices: _choices, ...rest } = other
      const decoy = { usage: { prompt_tokens: 1, completion_tokens: 1 } }
      const { whole, seen } = look(JSON.stringify({ ...rest, decoy, usage: { prompt_tokens: input, completion_tokens: output } }))
      assert.ok(whole)
      assert.deepEqual(seen, { input, output, finished: false, goesOn: false, failed: false })
    }),
  )
})

test('half an answer is never whole', () => {
  const text = JSON.stringify({
    choices: [{ message: { content: 'a "quoted" {text}' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1 },
  })
  for (let length = 0; length < text.length; length++) assert.equal(look(text.slice(0, length)).whole, false, text.slice(0, length))
  assert.ok(look(text).whole)
  assert.ok(look(`\ufeff${text}`).whole)
  assert.ok(look(text).seen.finished)
})

test('an error counts unless it is null', () => {
  assert.ok(look('{"error":{"message":"x"}}').seen.failed)
  assert.ok(look('{"error": "x"}').seen.failed)
  assert.ok(!look('{"error":null,"usage":null}').seen.failed)
})
