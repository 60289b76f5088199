import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EpochMillis, epochMillis, millis } from '../../core/units.ts'
import { Breaker, NO_PASS } from './breaker.ts'

const RULES = { failures: 3, share: 1, calls: 1000, rest: millis(1000), longest: millis(8000), trials: 2 }

type Event =
  | { readonly kind: 'enter' }
  | { readonly kind: 'succeed' | 'fail' | 'leave'; readonly which: number }
  | { readonly kind: 'wait'; readonly for: number }
  | { readonly kind: 'asked to rest'; readonly for: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Event>({ kind: 'enter' }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('succeed', 'fail', 'fail', 'fail', 'leave'), which: fc.nat(5) }) as fc.Arbitrary<Event>,
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), for: fc.nat(5000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('asked to rest' as const), for: fc.nat(3000) }) },
)

/** What a breaker must do, in the words of the rules: calls with the epoch they entered in, and what that epoch has seen. */
class Model {
  epoch = 0
  state: Breaker['state'] = 'closed'
  failures = 0
  rests = 0
  trials = 0
  until = 0

  change(state: Breaker['state']): void {
    this.state = state
    this.epoch++
    this.failures = 0
    this.trials = 0
  }
}

test('a breaker does what its rules say, whatever happens in whatever order', () => {
  const reached = { open: 0, halfOpen: 0, healed: 0, refused: 0, stale: 0 }
  fc.assert(
    fc.property(fc.array(event, { minLength: 30, maxLength: 60 }), fc.nat(65_535), (events, chance) => {
      const breaker = new Breaker()
      const random = () => Uint8Array.of(chance >> 8, chance & 255)
      const model = new Model()
      const inside: { readonly pass: number; readonly epoch: number }[] = []
      let now = 1_000_000
      const at = () => epochMillis(now)
      const opens = () => {
        const whole = Math.min(RULES.longest, RULES.rest * 2 ** model.rests++)
        assert.ok(breaker.until >= now + whole / 2 && breaker.until <= now + whole + 1, `rests ${breaker.until - now} of ${whole} ms`)
        model.change('open')
        model.until = breaker.until
        reached.open++
      }
      for (const each of events) {
        switch (each.kind) {
          case 'wait':
            now += each.for
            break
          case 'asked to rest':
            breaker.restUntil(epochMillis(now + each.for), at())
            if (model.state !== 'open' || model.until < now + each.for) {
              model.change('open')
              model.until = now + each.for
            }
            break
          case 'enter': {
            const may = model.state === 'closed' || (model.state === 'open' ? now >= model.until : model.trials < RULES.trials)
            assert.equal(breaker.admits(at(), RULES.trials), may)
            const pass = breaker.enter(at(), RULES.trials)
            assert.equal(pass !== NO_PASS, may)
            if (!may) {
              reached.refused++
              break
            }
            if (model.state === 'open') {
              model.change('half-open')
              reached.halfOpen++
            }
            model.trials++
            inside.push({ pass, epoch: model.epoch })
            break
          }
          default: {
            const [one] = inside.splice(each.which % Math.max(1, inside.length), 1)
            if (one === undefined) break
            const counts = one.epoch === model.epoch
            if (!counts) reached.stale++
            if (each.kind === 'succeed') {
              const heals = counts && model.state === 'half-open'
              assert.equal(breaker.succeeded(one.pass), heals)
              if (counts) model.failures = 0
              if (heals) {
                model.rests = 0
                model.change('closed')
                reached.healed++
              }
            } else if (each.kind === 'fail') {
              const trips = counts && (model.state === 'half-open' || ++model.failures >= RULES.failures)
              assert.equal(breaker.failed(one.pass, at(), RULES, false, random), trips)
              if (trips) opens()
            } else {
              breaker.left(one.pass)
              if (counts && model.state === 'half-open') model.trials--
            }
          }
        }
        assert.equal(breaker.state, model.state)
      }
      // Nothing stays shut: once all that was inside is out and the rest is over, somebody may try.
      for (const { pass } of inside) breaker.left(pass)
      assert.ok(breaker.admits(epochMillis(now + RULES.longest + 3000), RULES.trials))
    }),
    { numRuns: 1000 },
  )
  for (const [what, times] of Object.entries(reached)) assert.ok(times > 50, `only ${times} times: ${what}`)
})

test('a share of failures opens it too, and a rest that is longer already stays', () => {
  const breaker = new Breaker()
  const random = () => Uint8Array.of(0, 0)
  const now = 5 as EpochMillis
  assert.equal(breaker.failed(breaker.enter(now, 1), now, RULES, true, random), true)
  assert.equal(breaker.until, now + RULES.rest / 2)
  breaker.restUntil(epochMillis(now + 1), now)
  assert.equal(breaker.until, now + RULES.rest / 2)
})

test('a clock that is set back makes no rest longer', () => {
  const breaker = new Breaker()
  const now = epochMillis(1e12)
  breaker.open(now, RULES, () => Uint8Array.of(255, 255))
  assert.equal(breaker.admits(epochMillis(now + RULES.rest - 1), 1), false)
  assert.equal(breaker.admits(epochMillis(now - 3_600_000), 1), true)
})
