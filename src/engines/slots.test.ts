import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slots } from './slots.ts'

const never = new AbortController().signal

test('a slot is used by one at a time, and the queue is first come first served', async () => {
  const places = slots(['a'], 2)
  const first = await places.acquire(never)
  assert.ok(first.ok)
  const order: number[] = []
  const second = places.acquire(never).then(() => order.push(2))
  const third = places.acquire(never).then(() => order.push(3))
  assert.deepEqual(places.load(), { active: 1, waiting: 2 })
  const fourth = await places.acquire(never)
  assert.ok(!fourth.ok && fourth.error.kind === 'slots-full')
  places.release(first.value)
  await second
  assert.deepEqual(order, [2])
  places.release('a')
  await third
  assert.deepEqual(order, [2, 3])
})

test('whoever goes away while waiting leaves the queue', async () => {
  const places = slots(['a'], 1)
  await places.acquire(never)
  const leaving = new AbortController()
  const waiting = places.acquire(leaving.signal)
  leaving.abort()
  const left = await waiting
  assert.ok(!left.ok && left.error.kind === 'aborted')
  assert.deepEqual(places.load(), { active: 1, waiting: 0 })
  places.release('a')
  assert.deepEqual(places.load(), { active: 0, waiting: 0 })
})
