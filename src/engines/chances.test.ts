import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Token } from 'node-llama-cpp'
import { chanceAmong, chanceIn, type TokenChance } from './chances.ts'
import { piecesOf } from './pieces.ts'
import { offsetsOf, textOfBytes, tokenName } from './tokens.ts'

const sorted = (logits: readonly number[]): Map<Token, number> =>
  new Map([...logits.entries()].sort(([, one], [, other]) => other - one).map(([token, logit]) => [token as Token, logit]))

test('log softmax is exact over any vocabulary: a long flat tail counts, and nothing overflows', () => {
  // In 32 bits this tail would vanish beside the first: each part is less than half of its last bit.
  const logits = [5, ...Array.from({ length: 150_000 }, () => 5 - Math.log(2 ** 25))]
  const { logprob, top } = chanceIn(sorted(logits), 0 as Token, 2)
  assert.ok(Math.abs(logprob + Math.log(1 + 150_000 / 2 ** 25)) < 1e-14)
  assert.deepEqual(top[0], { token: 0, logprob })
  assert.ok(Math.abs(chanceIn(sorted([1e30, 1e30]), 1 as Token, 0).logprob + Math.log(2)) < 1e-12)
  assert.equal(chanceIn(sorted([0, Number.NEGATIVE_INFINITY]), 1 as Token, 0).logprob, -9999)
  assert.equal(chanceAmong(new Map([[3 as Token, 0.25]]), 3 as Token, 1).logprob, Math.log(0.25))
  assert.equal(chanceAmong(new Map(), 3 as Token, 1).logprob, -9999)
})

test('probabilities add up to one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -80, max: 80, noNaN: true }), { minLength: 1, maxLength: 50 }), (logits) => {
      const { top } = chanceIn(sorted(logits), 0 as Token, logits.length)
      assert.ok(Math.abs(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0) - 1) < 1e-12)
    }),
  )
})

test('however a text is cut into tokens, its offsets are those of its characters, and its names tell all bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.array(fc.nat(6)),
      (text, cuts) => {
        const bytes = new TextEncoder().encode(text)
        const parts: Uint8Array[] = []
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const length = (cuts[index % Math.max(1, cuts.length)] ?? 0) + 1
          parts.push(bytes.slice(at, at + length))
          at += length
        }
        assert.equal(textOfBytes(parts), text)
        let at = 0
        for (const [index, offset] of offsetsOf(parts).entries()) {
          // The characters that are complete before a token are those before its offset.
          assert.equal([...new TextDecoder().decode(bytes.slice(0, at), { stream: true })].length, offset)
          at += parts[index]?.length ?? 0
        }
        const names = parts.map(tokenName)
        const back = names.flatMap((name) =>
          /^(?:bytes:)(?:\\x[0-9a-f]{2})+$/.test(name)
            ? [...Buffer.from(name.slice(6).replaceAll('\\x', ''), 'hex')]
            : [...Buffer.from(name)],
        )
        assert.deepEqual(Buffer.from(back), Buffer.from(bytes))
      },
    ),
  )
})

test('tokens come with the text they begin in, and none of a stop sequence', () => {
  const pieces = piecesOf<string>({ detokenize: (tokens) => tokens.join(''), before: [], stops: ['END'], offset: 10 })
  const shown: [string, number[]][] = []
  for (const token of ['a😀', 'bE', 'N', 'x', 'cE', 'ND', 'y']) {
    const piece = pieces.push(token, (offset): TokenChance => ({ bytes: new Uint8Array(), offset, logprob: 0, top: [] }))
    if (piece.text !== '' || piece.tokens.length > 0) shown.push([piece.text, piece.tokens.map(({ offset }) => offset)])
    if (piece.stopped) break
  }
  assert.deepEqual(shown, [
    ['a😀', [10]],
    ['b', [12]],
    ['ENx', [14, 15]],
    ['c', [16]],
  ])
})
