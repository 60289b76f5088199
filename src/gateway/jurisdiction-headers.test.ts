import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Jurisdiction, Reach } from '../core/jurisdiction.ts'
import { outside, parseAccept, servedHeader } from './jurisdiction-headers.ts'

type AcceptVectors = {
  readonly blocs: Record<string, Jurisdiction[]>
  readonly cases: readonly {
    readonly name: string
    readonly value: string
    readonly allowed?: Record<string, string[]>
    readonly error?: string
  }[]
}
const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../spec/vectors/headers', name), 'utf8'))
const accept: AcceptVectors = read('accept.json')
const blocs = new Map(Object.entries(accept.blocs).map(([name, members]) => [name, new Set(members)]))

for (const { name, value, allowed, error } of accept.cases)
  test(`accept: ${name}`, () => {
    const parsed = parseAccept(value, blocs)
    if (allowed === undefined) {
      assert.ok(!parsed.ok, 'accepted')
      assert.match(parsed.error.message, new RegExp(error ?? '^$'))
    } else {
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message)
      assert.deepEqual(Object.fromEntries([...parsed.value.allowed].map(([power, members]) => [power, [...members].sort()])), allowed)
    }
  })

test('served: the vectors', () => {
  for (const { reach, value } of read('served.json') as { reach: Reach; value: string }[]) assert.equal(servedHeader(reach), value)
})

test('what an exchange serves inside the accepted sets is accepted, `unknown` never is', () => {
  const code = fc.constantFrom('FR', 'DE', 'US', 'IN') as fc.Arbitrary<Jurisdiction>
  const set = fc.uniqueArray(code)
  fc.assert(
    fc.property(fc.record({ see: set, stop: set, change: set }), set, (reach, extra) => {
      const wide = { see: [...reach.see, ...extra], stop: reach.stop, change: reach.change }
      const parsed = parseAccept(servedHeader(wide), blocs)
      assert.ok(parsed.ok)
      assert.deepEqual(outside(reach, parsed.value), [])
      const open = { ...reach, see: [...reach.see, 'unknown' as Jurisdiction] }
      assert.deepEqual(outside(open, parsed.value), [{ power: 'see', members: ['unknown'] }])
    }),
  )
})

test('any text is parsed or refused, never thrown at', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'seechange=() ,;FRDE"\t*') }), (text) => void parseAccept(text, blocs)))
})
