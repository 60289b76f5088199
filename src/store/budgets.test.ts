import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { CallId } from '../core/ids.ts'
import { micros, tokens } from '../core/units.ts'
import type { Key, Reservation } from '../gateway/ports.ts'
import { createPurse } from './budgets.ts'
import { openDatabase } from './database.ts'
import {
  callAt,
  cost,
  firstKey,
  HOME,
  later,
  logOf,
  must,
  NEW_KEY,
  NOON,
  openAt,
  seconds,
  seededRandom,
  temporaryFolder,
} from './fixtures.test.ts'
import { openLeases } from './leases.ts'
import { createRates } from './rates.ts'
import type { Store } from './store.ts'

const fresh = (t: TestContext, key = NEW_KEY) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const opened = openAt(path)
  t.after(() => opened.store.close())
  return { path, key: firstKey(opened.store, key), ...opened }
}
const tenantBudget = (store: Store, limit: number) => must(store.admin.setBudget({ kind: 'tenant', tenant: HOME }, 'total', micros(limit)))
const reserve = (store: Store, key: Key, amount: number, call: CallId = callAt()) =>
  store.budgets.reserve(key, { call, ...cost(amount) }, NOON)

test('without a budget everything is reserved and nothing is written', (t) => {
  const { store, key } = fresh(t)
  must(reserve(store, key, 1e12)).settle(cost(5), NOON)
  assert.deepEqual(must(store.goneHolders()), [])
})

test('a budget is spent to its last millionth and no further, and says so', (t) => {
  const { store, key } = fresh(t)
  must(store.admin.setBudget({ kind: 'application', tenant: HOME, application: key.application }, 'month', micros(12_500_000)))
  for (let i = 0; i < 12; i++) must(reserve(store, key, 1_000_000))
  assert.deepEqual(reserve(store, key, 1_000_000), {
    ok: false,
    error: {
      kind: 'budget-exhausted',
      message: 'the budget of application `home/chat` for this month has 0.50 left of 12.50 EUR, and this call may cost 1.00 EUR',
    },
  })
  const last = must(reserve(store, key, 500_000))
  assert.deepEqual(reserve(store, key, 1), {
    ok: false,
    error: { kind: 'budget-exhausted', message: 'the budget of application `home/chat` for this month is used up: 12.50 of 12.50 EUR' },
  })
  must(reserve(store, key, 0))
  last.settle(cost(0), NOON)
  last.settle(cost(400_000), NOON)
  must(reserve(store, key, 500_000))
})

test('the tightest of key, application and tenant decides, and what it refuses is not taken from the others', (t) => {
  const { store, key } = fresh(t)
  tenantBudget(store, 100)
  must(store.admin.setBudget({ kind: 'key', key: key.id }, 'day', micros(10)))
  must(reserve(store, key, 8))
  for (let i = 0; i < 50; i++) assert.equal(reserve(store, key, 5).ok, false)
  must(store.admin.setBudget({ kind: 'key', key: key.id }, 'day', undefined))
  must(reserve(store, key, 92))
})

test('a month begins anew in UTC, for the calls that arrive in it', (t) => {
  const { store, key } = fresh(t)
  must(store.admin.setBudget({ kind: 'key', key: key.id }, 'month', micros(10)))
  const newYear = Date.UTC(2027, 0, 1)
  must(reserve(store, key, 10, callAt((newYear - 1) as never)))
  assert.equal(reserve(store, key, 1, callAt((newYear - 1) as never)).ok, false)
  must(reserve(store, key, 10, callAt(newYear as never)))
})

test('reserved, settled, projected: each millionth is counted once on the way', async (t) => {
  const { store, key } = fresh(t)
  tenantBudget(store, 1000)
  const log = logOf(key)
  const [first, second, third] = [callAt(), callAt(), callAt()]
  const full = () => reserve(store, key, 1).ok === false
  const free = (amount: number) => {
    const probe = must(reserve(store, key, amount))
    assert.ok(full(), `${amount} was left and no more`)
    probe.settle(cost(0), NOON)
  }
  const one = must(reserve(store, key, 300, first))
  free(700)
  log.border(first, 300)
  must(await store.projection.project(log.entries))
  free(700)
  log.call(first, 120)
  one.settle(cost(120), NOON)
  free(880)
  must(await store.projection.project(log.entries))
  free(880)
  // The projection may overtake the settlement.
  const two = must(reserve(store, key, 400, second))
  log.call(second, 80)
  must(await store.projection.project(log.entries))
  free(800)
  two.settle(cost(80), NOON)
  free(800)
  // What cost more than it reserved is counted in full.
  const three = must(reserve(store, key, 100, third))
  three.settle(cost(500), NOON)
  free(300)
  log.call(third, 500)
  must(await store.projection.project(log.entries))
  free(300)
  must(store.maintain(NOON))
  must(store.maintain(NOON))
  assert.deepEqual(
    must(store.admin.listBudgets()).map((budget) => [budget?.spent, budget?.reserved]),
    [[700, 0]],
  )
})

test('what was thought to be free and was not is counted, and seen by others, before its record is', (t) => {
  const { store, key, path } = fresh(t)
  tenantBudget(store, 100)
  const other = openAt(path, 2).store
  t.after(() => other.close())
  must(reserve(store, key, 0)).settle(cost(150), NOON)
  must(store.maintain(NOON))
  assert.equal(reserve(other, key, 1).ok, false)
  assert.equal(must(other.admin.listBudgets())[0]?.reserved, 150)
})

test('what one process holds idle, another gets after a second; a lowered budget holds at once', (t) => {
  const { store, key, path } = fresh(t)
  tenantBudget(store, 1000)
  const other = openAt(path, 2).store
  t.after(() => other.close())
  must(reserve(store, key, 100)).settle(cost(0), NOON)
  assert.equal(reserve(other, key, 1000).ok, false)
  must(store.maintain(NOON))
  must(store.maintain(NOON))
  const all = must(reserve(other, key, 1000))
  assert.equal(reserve(store, key, 1).ok, false)
  all.settle(cost(0), NOON)
  tenantBudget(store, 10)
  must(other.maintain(NOON))
  assert.equal(reserve(other, key, 11).ok, false)
  must(reserve(other, key, 10))
})

test('the part of a dead process is free once the log is projected, and what it sent abroad stays charged', async (t) => {
  const { store, key, path } = fresh(t)
  tenantBudget(store, 1000)
  const log = logOf(key)
  const random = seededRandom(2)
  const holder = Buffer.from(random(16)).toString('hex')
  const other = openAt(path, 2).store
  t.after(() => other.close())
  const call = callAt()
  must(reserve(other, key, 600, call))
  log.border(call, 600)
  must(reserve(other, key, 200))
  assert.deepEqual(must(store.goneHolders()), [], 'it lives')
  rmSync(`${path}-holder-${holder}`)
  const gone = must(store.goneHolders())
  assert.deepEqual(gone, [holder])
  must(await store.projection.project(log.entries))
  must(store.release(gone))
  must(reserve(store, key, 400))
  assert.equal(reserve(store, key, 1).ok, false)
  log.call(call, 600)
  must(await store.projection.project(log.entries))
  assert.equal(reserve(store, key, 1).ok, false)
  assert.deepEqual(must(store.goneHolders()), [])
})

test('a store that cannot be written refuses, and is not taken for an empty budget', (t) => {
  const path = join(temporaryFolder(t), 'store.sqlite')
  const database = must(openDatabase(path))
  t.after(() => database.close())
  const leases = openLeases({ database, path, holder: 'a', now: () => NOON })
  t.after(() => leases.close())
  const purse = createPurse({ leases, rates: createRates(), currency: 'EUR' })
  purse.configure([{ scope: 'tenant', owner: 'home', period: 'total', most: micros(10) }])
  database.exec('PRAGMA query_only = ON')
  const key = { id: 'key_1', tenant: HOME, application: 'chat' } as unknown as Key
  assert.deepEqual(purse.reserve(key, { call: callAt(), ...cost(1) }, NOON), {
    ok: false,
    error: { kind: 'budget-unavailable', message: 'the budget cannot be read: the store is read-only' },
  })
})

test('rates: requests and tokens a minute, the wait is exact, unused tokens come back, large calls are not shut out', (t) => {
  const { store, key } = fresh(t, { ...NEW_KEY, requestsPerMinute: 6, tokensPerMinute: 1000 })
  const ask = (most: number, now = NOON) => store.budgets.reserve(key, { call: callAt(now), cost: micros(0), tokens: tokens(most) }, now)
  const used = (count: number) => ({ cost: micros(0), tokens: tokens(count) })
  must(ask(900)).settle(used(100), NOON)
  must(ask(900)).settle(used(900), NOON)
  assert.deepEqual(ask(500), {
    ok: false,
    error: {
      kind: 'rate-limited',
      message: 'the key may use 1000 tokens a minute and this call may use 500: come again in 30.0 seconds',
      retryAfter: seconds(30),
    },
  })
  assert.equal(ask(500, later(NOON, 29_999)).ok, false)
  must(ask(500, later(NOON, 30_000)))
  const muchLater = later(NOON, 600_000)
  must(ask(3000, muchLater))
  const inDebt = ask(1, muchLater)
  assert.equal(!inDebt.ok && inDebt.error.kind === 'rate-limited' && inDebt.error.retryAfter, 120_060)
  const twice = later(NOON, 6_000_000)
  for (let i = 0; i < 6; i++) must(ask(0, twice))
  const seventh = ask(0, twice)
  assert.match(seventh.ok ? '' : seventh.error.message, /6 requests a minute and has made them: come again in 10.0 seconds/)
  assert.equal(ask(0, later(twice, -5000)).ok, false, 'a clock that steps back gives nothing')
})

type Live = { readonly process: number; readonly call: CallId; readonly most: number; readonly held: Reservation; abroad: boolean }
type Step = {
  readonly kind: 'reserve' | 'abroad' | 'settle' | 'refuse' | 'project' | 'maintain' | 'crash'
  readonly at: number
  readonly amount: number
}

// The log is the truth: what it charges, and what live calls may still cost, is never more than the budget, whoever projects it,
// whoever dies. At the end all of it comes back.
test('over any history of three processes, reserved and settled stay within the budget', async (t) => {
  const folder = temporaryFolder(t)
  const step = fc.record<Step>({
    kind: fc.constantFrom('reserve', 'reserve', 'reserve', 'abroad', 'settle', 'settle', 'refuse', 'project', 'maintain', 'crash'),
    at: fc.nat(1000),
    amount: fc.integer({ min: 1, max: 60 }),
  })
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      await history(join(folder, `store-${run++}.sqlite`), steps)
    }),
    { numRuns: 60 },
  )
})

const BUDGET = 200
const history = async (path: string, steps: readonly Step[]): Promise<void> => {
  let seed = 1
  const open = () => {
    const holder = Buffer.from(seededRandom(seed)(16)).toString('hex')
    return { store: openAt(path, seed++).store, holder }
  }
  const everything = [open()]
  const key = firstKey(everything[0]?.store as Store)
  tenantBudget(everything[0]?.store as Store, BUDGET)
  everything.push(open(), open())
  const processes = [...everything]
  const log = logOf(key)
  const charged = new Map<CallId, number>()
  let live: Live[] = []
  let now = NOON
  const total = () => {
    const open = live.filter((one) => !one.abroad).reduce((sum, one) => sum + one.most, 0)
    return [...charged.values()].reduce((sum, amount) => sum + amount, open)
  }
  const storeOf = (at: number) => (processes[at % 3] as (typeof processes)[number]).store
  const projectBy = async (at: number) => must(await storeOf(at).projection.project(log.entries))
  const finish = (one: Live, amount: number) => {
    live = live.filter((other) => other !== one)
    if (amount > 0 || one.abroad) {
      log.call(one.call, amount)
      charged.set(one.call, amount)
    }
    one.held.settle(cost(amount), now)
  }
  const crash = async (at: number) => {
    const dead = processes[at % 3]
    rmSync(`${path}-holder-${dead?.holder}`, { force: true })
    const mine = live.filter((one) => one.process === at % 3)
    live = live.filter((one) => one.process !== at % 3)
    processes[at % 3] = open()
    everything.push(processes[at % 3] as (typeof everything)[number])
    const owner = storeOf(at)
    const gone = must(owner.goneHolders())
    await projectBy(at)
    must(owner.release(gone))
    for (const one of mine) if (one.abroad) log.call(one.call, one.most)
  }
  for (const { kind, at, amount } of steps) {
    const one = live[at % Math.max(1, live.length)]
    const process = storeOf(at)
    if (kind === 'reserve') {
      const call = callAt()
      const held = process.budgets.reserve(key, { call, ...cost(amount) }, now)
      if (held.ok) live.push({ process: at % 3, call, most: amount, held: held.value, abroad: false })
    } else if (kind === 'project') await projectBy(at)
    else if (kind === 'crash') await crash(at)
    else if (kind === 'maintain') {
      now = later(now, 20_000)
      must(process.maintain(now))
    } else if (one !== undefined && kind === 'abroad') {
      log.border(one.call, one.most)
      one.abroad = true
      charged.set(one.call, one.most)
    } else if (one !== undefined && kind === 'settle') finish(one, Math.min(one.most, amount))
    else if (one !== undefined && kind === 'refuse' && !one.abroad) finish(one, 0)
    assert.ok(total() <= BUDGET, `${total()} of ${BUDGET}`)
  }
  for (const one of [...live]) finish(one, one.most)
  await projectBy(0)
  now = later(now, 20_000)
  for (let i = 0; i < 2; i++) for (const { store } of processes) must(store.maintain(now))
  const spent = [...charged.values()].reduce((sum, amount) => sum + amount, 0)
  const budget = must(storeOf(1).admin.listBudgets())[0]
  assert.deepEqual([budget?.spent, budget?.reserved], [spent, 0])
  must(reserve(storeOf(2), key, BUDGET - spent))
  assert.equal(reserve(storeOf(1), key, 1).ok, false)
  for (const { store } of everything) store.close()
}
