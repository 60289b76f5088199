// Random lives of a log: appends, time, failures and crashes in any order; after each crash the whole log is audited.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { millis } from '../core/units.ts'
import { type Fault, STEPS, type Step } from './storage-oracle.test.ts'
import { World } from './world.test.ts'

type Action =
  | { readonly kind: 'append'; readonly count: number; readonly stream: string; readonly filler: number }
  | { readonly kind: 'flush' | 'pass' | 'publish' | 'reopen' }
  | { readonly kind: 'crash'; readonly keep: readonly number[] | undefined }
  /** At the `after`-th step from now, wherever that is. */
  | {
      readonly kind: 'fault'
      readonly step: Step | 'any'
      readonly after: number
      readonly fault: Fault
      readonly keep: readonly number[] | undefined
    }

const keep = fc.option(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }), { nil: undefined })
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      count: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
        { weight: 1, arbitrary: fc.integer({ min: 200, max: 600 }) },
      ),
      stream: fc.constantFrom('key_a', 'key_b', 'exchange'),
      filler: fc.constantFrom(0, 3, 500),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'flush' as const, 'pass' as const, 'publish' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), keep }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      step: fc.constantFrom('any' as const, 'append' as const, 'append' as const, 'start' as const, ...STEPS),
      after: fc.integer({ min: 1, max: 6 }),
      fault: fc.record({
        how: fc.constantFrom('fails' as const, 'fails' as const, 'crashes' as const),
        effect: fc.constantFrom('none' as const, 'half' as const, 'whole' as const),
      }),
      keep,
    }),
  },
)

/** The part of a file that a loss of power keeps: chosen by its name, so that files differ. */
const keeping = (parts: readonly number[]) => (name: string) => {
  let sum = 0
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 9973
  return parts[sum % parts.length] ?? 0
}

const perform = async (world: World, step: Action): Promise<void> => {
  switch (step.kind) {
    case 'append':
      world.append(step.count, step.stream, step.filler)
      return
    case 'flush':
      return world.flush()
    case 'pass':
      return world.pass(200)
    case 'publish':
      await world.publish()
      return
    case 'reopen': {
      const closed = world.ledger === undefined ? 'crashed' : await world.unlessCrashed(world.ledger.close())
      if (closed !== 'crashed') world.crash()
      return
    }
    case 'crash':
      world.oracle.crashed = true
      world.power = step.keep === undefined ? undefined : keeping(step.keep)
      return
    case 'fault': {
      let left = step.after
      world.oracle.plan = (at) => {
        if ((step.step !== 'any' && at !== step.step) || --left !== 0) return undefined
        if (step.fault.how === 'crashes' && step.keep !== undefined) world.power = keeping(step.keep)
        return step.fault
      }
    }
  }
}

/** A checkpoint that was written and not synced was trusted at the next start, and the segment under it removed; then the power failed. */
const UNSYNCED_CHECKPOINT: [Action[], number] = [
  [
    { kind: 'fault', step: 'checkpoint', after: 2, fault: { how: 'fails', effect: 'whole' }, keep: undefined },
    { kind: 'append', count: 1, stream: 'key_a', filler: 0 },
    { kind: 'pass' },
    { kind: 'append', count: 1, stream: 'key_a', filler: 0 },
    { kind: 'reopen' },
    { kind: 'crash', keep: [0] },
    { kind: 'flush' },
  ],
  1 << 22,
]

test('no life of a log loses an acknowledged record, forks the tree or leaves a gap', async () => {
  let crashes = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 3, maxLength: 25 }),
      fc.constantFrom(1 << 22, 3000),
      async (actions, maxSegmentBytes) => {
        const world = new World({ maxSegmentBytes, maxGroup: 256, retryAfter: millis(100) })
        await world.open()
        for (const step of actions) {
          await perform(world, step)
          if (!world.oracle.crashed && world.ledger !== undefined) continue
          crashes++
          await revive(world)
          await world.audit()
        }
        refused += world.fates.filter(({ result }) => result?.ok === false).length
        world.oracle.plan = () => undefined
        await world.pass(1000)
        const last = world.append(1)
        await world.pass()
        await world.pass(1000)
        if (world.oracle.crashed) return
        assert.ok(last[0]?.result?.ok, 'the log goes on once nothing fails any more')
        assert.equal(world.ledger?.size(), world.ledger?.durable())
        await world.audit()
      },
    ),
    { numRuns: 150, examples: [UNSYNCED_CHECKPOINT] },
  )
  assert.ok(crashes > 30 && refused > 3, `the lives were eventful: ${crashes} crashes, ${refused} refusals`)
})

/** Starts again, as often as it takes: the fault that was planned may strike while starting. */
const revive = async (world: World): Promise<void> => {
  for (let attempt = 0; attempt < 3; attempt++) {
    const { plan } = world.oracle
    world.crash(world.power)
    world.power = undefined
    if (attempt === 0) world.oracle.plan = plan
    const opened = await world.open()
    if (opened !== 'crashed' && opened.ok) return
  }
  assert.fail('the log does not start')
}
