// Whatever two endpoints that are asked at once do, whatever happens to the call, and in whatever order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LIMITS, snapshotOf } from '../../test/oracles/gateway.ts'
import { AFTER, ANSWER, type Asked, EVENT, far, hedged, LAST, last, near, withModel, worldWith } from '../../test/oracles/racing.ts'
import { isJsonObject } from '../core/json.ts'
import { micros } from '../core/units.ts'
import type { Endpoint } from './snapshot.ts'

test('whatever happens in whatever order, each call ends once, on record, within what was reserved, and lets go of everybody', () => {
  const acts = ['whole', 'head', 'event', 'end', 'break', 'status-500', 'status-400', 'garbled'] as const
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constantFrom(...acts), at: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        { act: 'pass' },
        { act: 'flush' },
        { act: 'fail-ledger' },
        { act: 'cut-near' },
        { act: 'cut-far' },
        { act: 'wait' },
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom({ act: 'vanish' }, { act: 'interrupt' }) },
  )
  const prices = [1, 7, 3]
  const priced = (order: readonly Endpoint[]) =>
    order.map((endpoint, i) => withModel(endpoint, { price: { input: micros((prices[i] ?? 1) * 1e6), output: micros(2e6) } }))
  let races = 0
  fc.assert(
    fc.property(fc.boolean(), fc.nat(2), fc.nat(2), fc.array(step, { maxLength: 25 }), (stream, turn, continuations, steps) => {
      const order = [near, far, last]
      const endpoints = priced([...order.slice(turn), ...order.slice(0, turn)])
      const world = worldWith(hedged(snapshotOf(endpoints, { limits: { ...LIMITS, maxAttempts: 5 } }), { continuations }))
      const { control, responder } = world.begin(stream)
      const play = (act: string, at: number): void => {
        const open = world.asked.filter((each) => !each.aborted && !each.over)
        assert.ok(open.length <= 2, 'three at once')
        if (open.length === 2) races++
        const asked = open[at % Math.max(1, open.length)]
        if (act === 'pass') world.pass(AFTER)
        else if (act === 'wait') world.pass(3000)
        else if (act === 'flush') world.ledger.flush()
        else if (act === 'fail-ledger') {
          world.ledger.failing = true
          world.ledger.flush()
          world.ledger.failing = false
        } else if (act.startsWith('cut-')) world.cuts(act.slice(4))
        else if (act === 'vanish') control?.vanished()
        else if (act === 'interrupt') control?.interrupt()
        else if (asked !== undefined) perform(asked, act, stream)
      }
      // A call begins to ask, and is left waiting: otherwise most would be over before they race.
      play('flush', 0)
      play('pass', 0)
      for (const each of steps) play(each.act, 'at' in each ? each.at : 0)
      control?.vanished()
      for (let i = 0; i < 5; i++) world.ledger.flush()
      assert.deepEqual([world.gateway.running, world.budgets.open], [0, 0])
      assert.ok(
        world.asked.every(({ aborted, over }) => aborted || over),
        'somebody is still asked',
      )
      assert.ok(world.budgets.spent <= (world.reserved[0] ?? 0), `${world.budgets.spent} of ${world.reserved[0]}`)
      assert.ok(responder.ended !== undefined || responder.status === 0 || responder.status === 200)
      for (const { id } of endpoints)
        assert.equal(world.health.condition(`${id}/${id}-model`, world.now)?.running ?? 0, 0, 'who entered left')
      const [outcome, ...more] = world.ledger.records.filter(({ members }) => members.kind === 'call')
      assert.equal(more.length, 0)
      if (outcome === undefined) return
      const list = Array.isArray(outcome.members.attempts) ? outcome.members.attempts.filter(isJsonObject) : []
      const contacted = list.filter(({ result }) => !['cut-off', 'unneeded', 'unrecorded', 'spared'].includes(String(result)))
      assert.deepEqual(contacted.map(({ endpoint }) => endpoint).sort(), world.asked.map(({ endpoint }) => endpoint).sort())
    }),
    { numRuns: 3000 },
  )
  assert.ok(races > 3000, `${races}`)
})

const begun = new WeakSet<Asked>()
const perform = (asked: Asked, act: string, stream: boolean): void => {
  const isBegun = begun.has(asked)
  begun.add(asked)
  if (act === 'break') asked.breaks()
  else if (!isBegun && act === 'whole' && !stream) asked.whole()
  else if (!isBegun && act.startsWith('status-')) asked.whole(Number(act.slice(7)), '{"error":{"message":"no"}}')
  else if (!isBegun && act === 'garbled' && !stream) asked.whole(200, '{"choices":[')
  else if (!isBegun) asked.head(200, stream ? 'text/event-stream' : 'application/json')
  else if (act === 'event') asked.says(stream ? EVENT : ANSWER)
  else if (act === 'end') {
    if (stream) asked.says(LAST)
    if (!asked.aborted) asked.ends()
  }
}
