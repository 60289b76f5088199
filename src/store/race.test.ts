import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { times } from '../../test/thorough.ts'
import { type CallId, newCallId } from '../core/ids.ts'
import type { Result } from '../core/result.ts'
import { epochMillis, micros, tokens } from '../core/units.ts'
import type { Key } from '../gateway/ports.ts'
import { CHAT, cost, firstKey, HOME, logOf, must, NOON, openAt, seededRandom, temporaryFolder } from './fixtures.test.ts'
import type { Store } from './store.ts'

// Four processes spend from one small budget; some are killed in the middle of it. Each writes what it does to one journal, a line at a
// time (O_APPEND): a reservation after it was made, a settlement before it is. So every prefix of the journal shows at most what is
// really held, and a prefix that shows more than the budget is a proof of a race. The parent is the owner of the log.
const KILLS = times(3, 8)
const BUDGET = KILLS * 2500
const MOST = 20

const spend = async (folder: string, seed: number): Promise<void> => {
  const { store } = openAt(join(folder, 'store.sqlite'), seed)
  const journal = openSync(join(folder, 'journal'), 'a')
  const random = seededRandom(seed)
  const below = (limit: number) => ((random(1)[0] ?? 0) * limit) >> 8
  const write = (...words: readonly (string | number)[]) => writeSync(journal, `${words.join(' ')}\n`)
  const key = must(store.admin.listKeys())[0]?.key as Key
  const live: { call: CallId; most: number; settle: (amount: number) => void }[] = []
  let rejected = 0
  let waited = 0
  while (rejected < 60) {
    const most = 1 + below(MOST)
    const call = newCallId(NOON, random)
    const reserved = store.budgets.reserve(key, { call, cost: micros(most), tokens: tokens(0) }, NOON)
    if (reserved.ok) {
      rejected = 0
      write('reserve', call, most, seed)
      if (below(3) === 0) write('border', call, most)
      live.push({ call, most, settle: (amount) => reserved.value.settle(cost(amount), epochMillis(0)) })
    } else if (reserved.error.kind === 'budget-unavailable' && waited++ < TRIES) {
      // Another process holds the store, as on a crowded disk: a call would be refused, and nothing is spent.
      await setTimeout(20)
    } else {
      rejected++
      if (reserved.error.kind !== 'budget-exhausted') throw new Error(reserved.error.message)
      await setTimeout(5)
    }
    if (live.length > 0 && below(2) === 0) {
      const [one] = live.splice(below(live.length), 1) as [(typeof live)[number]]
      const amount = below(one.most + 1)
      write('settle', one.call, amount)
      one.settle(amount)
    }
    if (below(8) === 0) await again(() => store.maintain(NOON))
    if (below(2) === 0) await setTimeout(2)
  }
  for (const one of live.splice(0)) {
    write('settle', one.call, one.most)
    one.settle(one.most)
  }
  for (let i = 0; i < 3; i++) await again(() => store.maintain(NOON))
  process.exit(0)
}

const TRIES = 100
/** On a crowded disk another process may hold the store for longer than one waits for it; an exchange asks again with its next turn. */
const again = async <T, E extends { readonly kind: string }>(attempt: () => Result<T, E> | Promise<Result<T, E>>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    const done = await attempt()
    if (done.ok || done.error.kind !== 'store-busy' || tries === TRIES) return must(done)
    await setTimeout(20)
  }
}

type Line = readonly [kind: string, call: string, amount: number, seed: number]
const readJournal = (folder: string): Line[] =>
  readFileSync(join(folder, 'journal'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [kind = '', call = '', amount, seed] = line.split(' ')
      return [kind, call, Number(amount), Number(seed)]
    })

/** The most that was held at any time. A killed process's calls hold nothing from then on, except those that had gone abroad. */
const highest = (lines: readonly Line[]): number => {
  const held = new Map<string, { readonly amount: number; readonly abroad: boolean; readonly settled: boolean; readonly seed: number }>()
  let total = 0
  let most = 0
  const set = (call: string, next: { amount: number; abroad: boolean; settled: boolean; seed: number }) => {
    total += next.amount - (held.get(call)?.amount ?? 0)
    most = Math.max(most, total)
    held.set(call, next)
  }
  for (const [kind, call, amount, seed] of lines) {
    const one = held.get(call)
    if (kind === 'reserve') set(call, { amount, abroad: false, settled: false, seed })
    else if (kind === 'border' && one !== undefined) set(call, { ...one, abroad: true })
    else if (kind === 'settle' && one !== undefined) set(call, { ...one, amount, settled: true })
    else if (kind === 'killed')
      for (const [name, each] of held) if (each.seed === seed && !each.abroad && !each.settled) set(name, { ...each, amount: 0 })
  }
  return most
}

const owner = (store: Store, key: Key, folder: string) => {
  const log = logOf(key)
  let read = 0
  return {
    log,
    /** Sequences what the journal has, as the ledger would, and frees what dead processes held. */
    round: async () => {
      const gone = await again(() => store.goneHolders())
      for (const [kind, call, amount] of readJournal(folder).slice(read)) {
        read++
        if (kind === 'border') log.border(call as CallId, amount)
        if (kind === 'settle') log.call(call as CallId, amount)
      }
      await again(() => store.projection.project(log.entries))
      await again(() => store.release(gone))
      return gone.length
    },
  }
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve))

const race = async (folder: string): Promise<{ killed: number; finished: number }> => {
  const { store } = openAt(join(folder, 'store.sqlite'))
  const key = firstKey(store)
  must(store.admin.setBudget({ kind: 'application', tenant: HOME, application: CHAT }, 'month', micros(BUDGET)))
  const journal = openSync(join(folder, 'journal'), 'a')
  const { log, round } = owner(store, key, folder)
  let seed = 10
  const counts = { killed: 0, finished: 0 }
  const start = () => {
    const mine = seed++
    const child = fork(import.meta.filename, ['--spend', folder, String(mine)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    return { child, seed: mine, end: ended(child) }
  }
  const children = [start(), start(), start(), start()]
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = children[kill % 4] as (typeof children)[number]
    // In the midst of its spending: after a while of the race, and some of its own.
    const ripe = () =>
      readJournal(folder).length > 150 * (kill + 1) && readJournal(folder).filter((line) => line[3] === victim.seed).length > 20
    while (!ripe()) {
      await setTimeout(10)
      await round()
    }
    assert.equal(victim.child.exitCode, null, 'the budget lasts longer than the kills')
    victim.child.kill('SIGKILL')
    await victim.end
    // Before anybody may free what it held: its last lines are in the journal, and this one after them.
    writeSync(journal, `killed - 0 ${victim.seed}\n`)
    counts.killed++
    children[kill % 4] = start()
  }
  const finished = (async () => {
    for (const one of children) assert.equal(await one.end, 0)
    return true
  })()
  while ((await Promise.race([finished, setTimeout(50)])) !== true) await round()
  counts.finished = children.length
  await round()
  await round()
  const lines = readJournal(folder)
  assert.ok(highest(lines) <= BUDGET, `${highest(lines)} of ${BUDGET} were held at once`)
  // Calls a kill cut off abroad: the exchange records them as failed, at what they had reserved.
  for (const orphan of must(store.calls.orphanBorders())) log.call(orphan.call, orphan.reserved)
  await again(() => store.projection.project(log.entries))
  const charged = log.entries.reduce((sum, entry) => sum + Number(/"cost":(\d+)/.exec(entry.record)?.[1] ?? 0), 0)
  const [budget] = must(store.admin.listBudgets())
  assert.deepEqual([budget?.spent, budget?.reserved], [charged, 0])
  assert.ok(charged <= BUDGET && charged > BUDGET - 4 * MOST, `${charged} of ${BUDGET} were spent in the end`)
  must(store.budgets.reserve(key, { call: newCallId(NOON, seededRandom(5)), ...cost(BUDGET - charged) }, NOON))
  closeSync(journal)
  store.close()
  return counts
}

if (process.argv[2] === '--spend') await spend(process.argv[3] ?? '', Number(process.argv[4]))
else
  test('four processes, killed at random, never hold more than the budget, and the rest of it is never lost', async (t) => {
    const counts = await race(temporaryFolder(t))
    t.diagnostic(JSON.stringify(counts))
    assert.equal(counts.killed, KILLS)
  })
