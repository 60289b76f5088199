import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Cut, findCuts } from './cuts.ts'

/** Every inclusion-minimal set of actors that hits all, by looking at every set. */
const byLooking = (holders: readonly ReadonlySet<string>[]): readonly string[] => {
  const actors = [...new Set(holders.flatMap((each) => [...each]))]
  const hits = (mask: number) => holders.every((each) => actors.some((actor, i) => (mask >> i) & 1 && each.has(actor)))
  const found: string[] = []
  for (let mask = 0; mask < 2 ** actors.length; mask++) {
    if (!hits(mask) || actors.some((_, i) => (mask >> i) & 1 && hits(mask & ~(1 << i)))) continue
    found.push(nameOf(actors.filter((_, i) => (mask >> i) & 1)))
  }
  return found.sort()
}
const nameOf = (actors: readonly string[]): string => [...actors].sort().join('+')
/** One actor of each group, in every way. */
export const expand = (cut: Cut): readonly string[] =>
  cut
    .reduce<readonly (readonly string[])[]>((sets, { actors }) => sets.flatMap((set) => actors.map((actor) => [...set, actor])), [[]])
    .map(nameOf)

const UNBOUND = { cuts: 1e6, steps: 1e6, stepsForSmallest: 1e6 }

test('the cuts are those that looking at every set of actors finds, each once', () => {
  const holders = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 6 }), { maxLength: 8 })
  fc.assert(
    fc.property(holders, (lists) => {
      const sets = lists.map((list) => new Set(list))
      const search = findCuts(sets, UNBOUND)
      const found = search.cuts.flatMap(expand)
      const expected = lists.length === 0 ? [] : byLooking(sets)
      assert.deepEqual([...found].sort(), expected)
      assert.equal(search.size, expected.length === 0 ? undefined : Math.min(...expected.map((name) => name.split('+').length)))
      assert.ok(search.all && search.allSmallest && search.exact)
      assert.deepEqual(
        search.cuts.map((cut) => cut.length),
        search.cuts.map((cut) => cut.length).sort((a, b) => a - b),
      )
    }),
    { numRuns: 1500 },
  )
})

test('with few cuts allowed the smallest size is exact, and what is left out is said', () => {
  // An actor for each two of six routes: the fifteen ways to pair all six are the smallest cuts.
  const sets = Array.from({ length: 6 }, (_, i) => new Set([0, 1, 2, 3, 4, 5].filter((j) => j !== i).map((j) => nameOf([`${i}`, `${j}`]))))
  const whole = findCuts(sets, UNBOUND)
  assert.deepEqual([whole.size, whole.cuts.filter((cut) => cut.length === 3).length], [3, 15])
  const few = findCuts(sets, { ...UNBOUND, cuts: 10 })
  assert.deepEqual([few.size, few.exact, few.allSmallest, few.all, few.cuts.length], [3, true, false, false, 10])
  const short = findCuts(sets, { ...UNBOUND, steps: 5 })
  assert.deepEqual([short.size, short.exact, short.allSmallest, short.all], [3, true, true, false])
  const unfinished = findCuts(sets, { ...UNBOUND, stepsForSmallest: 2 })
  assert.deepEqual([unfinished.exact, unfinished.cuts], [false, []])
  assert.ok((unfinished.size ?? 9) <= 3, 'what is not proven is only a lower bound')
})

test('who holds the same is one group, and who holds less says within whom', () => {
  const { cuts } = findCuts([new Set(['US', 'openai', 'microsoft']), new Set(['US', 'aws'])])
  assert.deepEqual(cuts, [
    [{ actors: ['US'], routes: [0, 1], within: [] }],
    [
      { actors: ['openai', 'microsoft'], routes: [0], within: ['US'] },
      { actors: ['aws'], routes: [1], within: ['US'] },
    ],
  ])
})
