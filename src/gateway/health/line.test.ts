import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EpochMillis, epochMillis, millis } from '../../core/units.ts'
import { Line, type Waiting } from './line.ts'

const AGEING = millis(1000)
const MOST = 5

type Event =
  | { readonly kind: 'joins'; readonly rank: number }
  | { readonly kind: 'leaves'; readonly which: number }
  | { readonly kind: 'frees'; readonly seats: number }
  | { readonly kind: 'waits'; readonly ms: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('joins' as const), rank: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('frees' as const), seats: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('waits' as const), ms: fc.nat(2500) }) },
)

class Someone implements Waiting {
  readonly rank: number
  readonly since: EpochMillis
  readonly number: number
  readonly whose = 'one'
  private readonly lets: (someone: Someone, how: 'in' | 'out') => void

  constructor(rank: number, since: EpochMillis, number: number, lets: (someone: Someone, how: 'in' | 'out') => void) {
    this.rank = rank
    this.since = since
    this.number = number
    this.lets = lets
  }

  turn(): void {
    this.lets(this, 'in')
  }

  displaced(): void {
    this.lets(this, 'out')
  }
}

test('whoever is let in has the highest rank, raised by waiting; whoever must make room has the lowest, and came last', () => {
  const tried = { turns: 0, displaced: 0, refused: 0, raised: 0 }
  fc.assert(
    fc.property(fc.array(event, { minLength: 20, maxLength: 60 }), (events) => {
      const line = new Line()
      let standing: Someone[] = []
      let now = 0
      let count = 0
      const score = ({ rank, since }: Someone) => rank - (now - since) / AGEING
      const gone = (someone: Someone) => {
        assert.ok(standing.includes(someone))
        standing = standing.filter((each) => each !== someone)
      }
      const lets = (someone: Someone, how: 'in' | 'out') => {
        gone(someone)
        if (how === 'in') {
          tried.turns++
          for (const each of standing) assert.ok(score(someone) <= score(each) + 1e-9, 'somebody else was to go first')
          for (const each of standing) if (each.rank === someone.rank) assert.ok(each.number > someone.number, 'first come, first served')
          if (standing.some((each) => each.rank < someone.rank)) tried.raised++
          return
        }
        tried.displaced++
        for (const each of standing) assert.ok(each.rank <= someone.rank, 'somebody lower was to make room')
        for (const each of standing) if (each.rank === someone.rank) assert.ok(each.number < someone.number, 'the newest makes room')
      }
      for (const each of events) {
        if (each.kind === 'waits') now += each.ms
        else if (each.kind === 'leaves') {
          const someone = standing[each.which % Math.max(1, standing.length)]
          if (someone !== undefined) {
            line.leave(someone)
            gone(someone)
          }
        } else if (each.kind === 'frees') {
          let seats = each.seats
          line.advance(() => seats-- > 0, epochMillis(now), AGEING)
        } else {
          const someone = new Someone(each.rank, epochMillis(now), count++, lets)
          const mayStand = standing.length < MOST || standing.some(({ rank }) => rank > someone.rank)
          assert.equal(line.before(someone.rank, 'one'), standing.filter(({ rank }) => rank <= someone.rank).length)
          assert.equal(line.join(someone, MOST), mayStand)
          if (mayStand) standing.push(someone)
          else tried.refused++
        }
        assert.equal(line.length, standing.length)
        assert.ok(line.length <= MOST)
      }
    }),
    { numRuns: 500 },
  )
  for (const [what, times] of Object.entries(tried)) assert.ok(times > 50, `only ${times} times: ${what}`)
})

test('a turn that frees its seat at once begins no other within itself', () => {
  const line = new Line()
  const order: string[] = []
  const advance = () => line.advance(() => true, epochMillis(0), AGEING)
  for (const name of ['a', 'b', 'c'])
    line.join(
      {
        rank: 0,
        since: epochMillis(0),
        whose: 'one',
        turn: () => {
          order.push(`${name} in`)
          advance()
          order.push(`${name} out`)
        },
        displaced: () => {},
      },
      MOST,
    )
  advance()
  assert.deepEqual(order, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
})

/** Calls that come one after the other, each by whose it is. */
const standing = (line: Line, most: number, arrivals: string) => {
  const told: string[] = []
  const joined = [...arrivals].map((whose) => {
    const before = line.before(0, whose)
    const waiting = {
      rank: 0,
      since: epochMillis(0),
      whose,
      turn: () => told.push(`${whose} in`),
      displaced: () => told.push(`${whose} out`),
    }
    return line.join(waiting, most) ? before : undefined
  })
  return { told, joined }
}

test('within a rank one application after the other goes, however many calls another has sent before', () => {
  const line = new Line()
  const { told, joined } = standing(line, 100, 'aaaaabbc')
  assert.deepEqual(joined, [0, 1, 2, 3, 4, 1, 3, 2], 'each is told how many go before it, as long as nobody comes')
  line.advance(() => told.length < 8, epochMillis(0), AGEING)
  assert.equal(told.map((each) => each.slice(0, 1)).join(''), 'abcabaaa')
})

test('a full line lets go of the newest of whoever has most places, for somebody with fewer', () => {
  const line = new Line()
  const { told, joined } = standing(line, 4, 'aaaabbba')
  assert.deepEqual(told, ['a out', 'a out'])
  assert.equal(joined.at(-2), undefined, 'nobody takes more than its share')
  assert.equal(joined.at(-1), undefined)
})
