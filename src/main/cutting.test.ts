import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { eventually } from '../../test/end-to-end/allod.ts'
import type { TenantId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { err } from '../core/result.ts'
import { epochMillis, micros } from '../core/units.ts'
import { isInForce } from '../gateway/cuts.ts'
import type { LedgerHandle } from '../ledger/ledger.ts'
import { openStore } from '../store/store.ts'
import { Alerting } from './alerting.ts'
import { type LoadedConfiguration, loadConfiguration } from './config.ts'
import { type CutOrder, Cutting } from './cutting.ts'
import { type Exchange, openExchange } from './exchange.ts'
import { dataPaths } from './paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-cutting-'))
const alerts: JsonObject[] = []
const watcher = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  request.on('end', () => {
    alerts.push(JSON.parse(text))
    response.end()
  })
})
let [exchange, loaded] = [undefined as unknown as Exchange, undefined as unknown as LoadedConfiguration]
let now = Date.UTC(2026, 10, 22)
/** While true, the log takes nothing, as on a full disk. */
let full = false

before(async () => {
  await new Promise<void>((resolve) => watcher.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(folder, 'all.cedar'), '@id("all")\n@reason("cuts are looked at")\npermit (principal, action, resource);\n')
  writeFileSync(join(folder, 'hook.secret'), 'shared')
  writeFileSync(
    join(folder, 'allod.yaml'),
    `exchange: {name: cutting.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
endpoints: {far: {kind: openai-chat, baseUrl: 'http://127.0.0.1:9/v1', models: {m: {}}}}
aliases: {far: {targets: [far/m]}}
tenants: {t: {applications: {app: {}}}}
alerts: {webhooks: [{url: 'http://127.0.0.1:${(watcher.address() as AddressInfo).port}', secretFile: hook.secret, kinds: [budget]}]}
`,
  )
  const read = loadConfiguration(join(folder, 'allod.yaml'))
  assert.ok(read.ok)
  loaded = read.value
  const opened = await openExchange(loaded, dataPaths(join(folder, 'data')))
  assert.ok(opened.ok, JSON.stringify(opened))
  const { ledger } = opened.value
  const append: LedgerHandle['append'] = (entry, done) => {
    if (full) queueMicrotask(() => done(err({ kind: 'ledger-unavailable', message: 'the disk is full' })))
    else ledger.append(entry, done)
  }
  exchange = { ...opened.value, clock: () => epochMillis(now), ledger: Object.assign(Object.create(ledger) as LedgerHandle, { append }) }
})
after(async () => {
  watcher.close()
  watcher.closeAllConnections()
  await exchange.close()
  rmSync(folder, { recursive: true, force: true })
})

const order = (subject: string, more: Partial<CutOrder> = {}): CutOrder => ({
  subject,
  reason: 'a test',
  by: ['owner'],
  running: 'finish',
  freezes: [],
  ...more,
})
const restoring = (subject: string) => ({ subject, reason: '', by: ['owner'] })
const inForce = (cutting: Cutting): readonly string[] =>
  cutting
    .list()
    .filter((cut) => isInForce(cut, epochMillis(now)))
    .map(({ subject }) => subject)
/** What the log says: brought into the store, and read there. */
const logged = async (): Promise<readonly string[]> => {
  // Past the wrapper: publishing is not appending.
  assert.ok((await (Object.getPrototypeOf(exchange.ledger) as LedgerHandle).publish()).ok)
  const stored = exchange.store.cuts.list()
  assert.ok(stored.ok)
  return stored.value.map(({ subject }) => subject)
}

test('a full disk keeps no cut from applying, and lets none end; what was missed is recorded once there is room', async () => {
  const cutting = new Cutting(() => exchange)
  full = true
  const done = await cutting.cut(order('country:US', { until: epochMillis(now + 1000) }))
  assert.ok(!done.ok && done.error.kind === 'unavailable')
  assert.deepEqual(inForce(cutting), ['country:US'])
  const [cut] = cutting.list()
  assert.ok(cut !== undefined && !cutting.isRecorded(cut))
  assert.equal((await cutting.restore(restoring('country:US'))).ok, false)
  assert.deepEqual(inForce(cutting), ['country:US'])
  now += 2000
  cutting.tick(epochMillis(now))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(inForce(cutting), ['country:US'], 'its time is over, and its end is not on record')
  assert.deepEqual(await logged(), [])
  full = false
  cutting.tick(epochMillis(now))
  await eventually(async () => assert.ok(inForce(cutting).length === 0))
  assert.deepEqual(await logged(), [])
})

test('a cut that comes while a restore is on its way into the log stays', async () => {
  const cutting = new Cutting(() => exchange)
  assert.ok((await cutting.cut(order('far'))).ok)
  const restored = cutting.restore(restoring('far'))
  const again = cutting.cut(order('far', { running: 'abort' }))
  await Promise.all([restored, again])
  assert.deepEqual(inForce(cutting), ['far'])
  assert.deepEqual(await logged(), ['far'])
  assert.ok((await cutting.restore(restoring('far'))).ok)
})

type Step = {
  readonly act: 'cut' | 'restore' | 'lift' | 'wait'
  readonly subject: string
  readonly time: number
  readonly awaited: boolean
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    act: fc.constantFrom('cut', 'restore', 'lift', 'wait'),
    subject: fc.constantFrom('country:US', 'entity:x', 'endpoint:far'),
    time: fc.integer({ min: 1, max: 50 }),
    awaited: fc.boolean(),
  }),
  { maxLength: 25 },
)

/** What of cuts does not tell who ordered them, or when. */
const essence = (cuts: ReturnType<Cutting['list']>) =>
  cuts
    .map(({ subject, until, running, liftedUntil }) => ({ subject, until, running, liftedUntil }))
    .sort((a, b) => (a.subject < b.subject ? -1 : 1))

test('whatever is ordered in whatever order, what the log says is what is in force, here and wherever the store is opened', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const cutting = new Cutting(() => exchange)
      try {
        const underWay: Promise<unknown>[] = []
        for (const { act, subject, time, awaited } of sequence) {
          const until = epochMillis(now + time)
          if (act === 'wait') {
            now += time
            cutting.tick(epochMillis(now))
          } else {
            const ordered = act === 'cut' ? cutting.cut(order(subject, time > 25 ? { until } : {})) : undefined
            underWay.push(ordered ?? cutting.restore({ ...restoring(subject), ...(act === 'lift' ? { until } : {}) }))
          }
          if (awaited) await Promise.all(underWay)
        }
        await Promise.all(underWay)
        // Ends of cuts may still be on their way.
        const stored = await eventually(async () => {
          await logged()
          const listed = exchange.store.cuts.list()
          assert.ok(listed.ok)
          assert.deepEqual(essence(listed.value), essence(cutting.list()))
          return listed
        })
        const elsewhere = openStore(exchange.paths.store, { clock: exchange.clock, random: exchange.random, currency: 'EUR' })
        assert.ok(elsewhere.ok)
        const seen = elsewhere.value.cuts.list()
        elsewhere.value.close()
        assert.deepEqual(seen, stored)
      } finally {
        for (const subject of await logged()) await cutting.restore(restoring(subject))
        assert.deepEqual(await logged(), [])
      }
    }),
    { numRuns: 60 },
  )
})

test('another process with the same store learns of a cut at its next refresh', async () => {
  const elsewhere = openStore(exchange.paths.store, { clock: exchange.clock, random: exchange.random, currency: 'EUR' })
  assert.ok(elsewhere.ok)
  const other = elsewhere.value
  const cutting = new Cutting(() => exchange)
  await cutting.cut(order('country:US'))
  await logged()
  assert.deepEqual(other.refresh(), { ok: true, value: true })
  const seen = other.cuts.list()
  assert.deepEqual(seen.ok && seen.value.map(({ subject }) => subject), ['country:US'])
  other.close()
  await cutting.restore(restoring('country:US'))
})

test('a budget that is nearly spent is told of once in its window', async () => {
  const alerting = new Alerting({ ...exchange, say: () => {} })
  const prepared = alerting.prepare(loaded)
  assert.ok(prepared.ok)
  prepared.value()
  const watch = (): void => {
    now += 10_000
    alerting.watchBudgets(exchange.store, 'EUR', epochMillis(now))
  }
  const tenant = { kind: 'tenant', tenant: 't' as TenantId } as const
  exchange.store.admin.setBudget(tenant, 'total', micros(1_000_000))
  watch()
  exchange.store.admin.setBudget(tenant, 'total', micros(0))
  watch()
  watch()
  await eventually(async () => assert.ok(alerts.length > 0))
  await alerting.close()
  assert.deepEqual(
    alerts.map(({ type, sentence, data }) => ({ type, sentence, data })),
    [
      {
        type: 'budget',
        sentence: 'the budget of tenant `t` (total) is spent or reserved to 100 %',
        data: { scope: 'tenant', owner: 't', window: 'total', limit: 0, spent: 0, reserved: 0, currency: 'EUR' },
      },
    ],
  )
})
