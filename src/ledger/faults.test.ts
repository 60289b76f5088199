// The crash-consistency argument as data: each step × what happens there, and what may be seen afterwards.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault, Step } from './storage-oracle.test.ts'
import { World } from './world.test.ts'

const effects = ['none', 'half', 'whole'] as const
/**
 * `acknowledged`: the append that met the failure is acknowledged all the same. `published`: so is its checkpoint, at the first
 * attempt. Nothing here may break the log for good: afterwards appends and checkpoints work again without a restart.
 */
const FAILURES: readonly { step: Step; acknowledged: boolean; published: boolean }[] = [
  { step: 'start', acknowledged: false, published: true },
  { step: 'append', acknowledged: false, published: true },
  { step: 'tile', acknowledged: true, published: false },
  { step: 'sync', acknowledged: true, published: false },
  { step: 'project', acknowledged: true, published: false },
  { step: 'sign', acknowledged: true, published: false },
  { step: 'checkpoint', acknowledged: true, published: false },
  { step: 'partials', acknowledged: true, published: true },
  { step: 'remove', acknowledged: true, published: true },
]

/** Five records published, then 600 more in two groups and a checkpoint across two tile edges. `fault` strikes once, at the `nth` time. */
const scenario = async (step: Step, fault: Fault, nth: number) => {
  const world = new World()
  await world.open()
  world.append(5)
  await world.pass()
  assert.equal(world.ledger?.size(), 5)
  let times = 0
  let struck = false
  world.oracle.plan = (at) => {
    if (at !== step || struck || ++times < nth) return undefined
    struck = true
    return fault
  }
  const fates = world.append(300)
  await world.flush()
  if (!world.oracle.crashed) {
    world.now += 101
    fates.push(...world.append(300, 'key_b'))
    await world.flush()
  }
  const published = world.oracle.crashed ? 'crashed' : await world.publish()
  return { world, fates, published, struck: () => struck }
}

test('a step that fails', async (t) => {
  for (const { step, acknowledged, published } of FAILURES)
    for (const effect of effects)
      for (const nth of step === 'tile' ? [1, 3, 6] : [1])
        await t.test(`${step} ${nth} fails with ${effect} of its effect`, async () => {
          const result = await scenario(step, { how: 'fails', effect }, nth)
          const { world, fates } = result
          assert.ok(result.struck(), 'the scenario reaches the step')
          assert.equal(fates.every((fate) => fate.result?.ok) && fates.length === 600, acknowledged)
          assert.equal(result.published !== 'crashed' && result.published.ok, published)
          await world.audit()
          await goesOn(world)
          await world.audit()
          world.crash(() => (effect === 'none' ? 0 : 1))
          assert.ok(await reopened(world))
          await goesOn(world)
          await world.audit()
        })
})

test('a crash at a step', async (t) => {
  for (const { step } of FAILURES)
    for (const effect of effects)
      for (const power of ['kept', 'off-nothing-kept', 'off-all', 'off-half', 'off-none', 'off-holes'] as const)
        await t.test(`${step} ends it with ${effect} of its effect, power ${power}`, async () => {
          const { world, struck } = await scenario(step, { how: 'crashes', effect }, step === 'tile' ? 4 : 1)
          assert.ok(struck(), 'the scenario reaches the step')
          const kept = { kept: undefined, 'off-nothing-kept': 0, 'off-all': 1, 'off-half': 0.5, 'off-none': 0.49, 'off-holes': 0.8 }[power]
          world.crash(kept === undefined ? undefined : () => kept)
          assert.ok(await reopened(world))
          await world.audit()
          assert.equal(world.oracle.publicFiles().checkpoint, world.ledger?.checkpoint())
          assert.equal(world.ledger?.size(), world.ledger?.durable(), 'starting publishes all that was durable')
          await goesOn(world)
          await world.audit()
        })
})

test('a crash while recovering from a crash', async (t) => {
  for (const { step } of FAILURES.filter(({ step }) => step !== 'append' && step !== 'partials'))
    for (const effect of effects)
      await t.test(`${step} ends recovery with ${effect} of its effect`, async () => {
        const { world } = await scenario('project', { how: 'crashes', effect: 'none' }, 1)
        world.crash(() => 0.7)
        let struck = false
        world.oracle.plan = (at) => {
          if (at !== step || struck) return undefined
          struck = true
          return { how: 'crashes', effect }
        }
        assert.notEqual(await reopened(world), true)
        assert.ok(struck)
        world.crash(() => (effect === 'half' ? 0 : 1))
        assert.ok(await reopened(world))
        await goesOn(world)
        await world.audit()
      })
})

const reopened = async (world: World): Promise<boolean> => {
  const opened = await world.open()
  return opened !== 'crashed' && (opened.ok || assert.fail(opened.error.message))
}

/** Without a restart: more records are taken and published. */
const goesOn = async (world: World): Promise<void> => {
  world.now += 1000
  const before = world.ledger?.durable() ?? 0
  const fates = world.append(5)
  await world.pass()
  assert.ok(fates.every((fate) => fate.result?.ok))
  assert.equal(world.ledger?.size(), before + 5)
}
