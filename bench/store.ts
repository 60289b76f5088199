// What the store costs: finding a key, reserving and settling, projecting the log.
//   node bench/store.ts [rows, default 30000]
// One process, one file in a temporary folder. Prints JSON; times are of the wall, CPU beside them where disks count.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApplicationId, newCallId, type TenantId } from '../src/core/ids.ts'
import type { Result } from '../src/core/result.ts'
import { epochMillis, micros, type Random, tokens } from '../src/core/units.ts'
import type { Key } from '../src/gateway/ports.ts'
import { openStore, type Store } from '../src/store/store.ts'

const must = <T, E>(result: Result<T, E>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
const clock = () => epochMillis(Date.now())
const random: Random = (length) => randomBytes(length)

/** Microseconds for one of `count` runs. */
const each = (count: number, run: (i: number) => void): number => {
  const start = performance.now()
  for (let i = 0; i < count; i++) run(i)
  return Number((((performance.now() - start) * 1000) / count).toFixed(2))
}

const leafOf = (key: Key, call: string, n: number): string =>
  `{"v":1,"stream":"${key.id}","n":${n},"time":${clock()},"kind":"call","call":"${call}","tenant":"home","application":"chat","alias":"assistant","class":"public","purpose":"any","policy":"sha256:${'a'.repeat(64)}","facts":"sha256:${'b'.repeat(64)}","endpoint":"local","model":"seed","see":["FR"],"stop":["FR"],"change":["FR"],"attempts":[{"endpoint":"local","model":"seed","result":"answered"}],"border":[],"request":"${'c'.repeat(64)}","response":"${'d'.repeat(64)}","usage":{"input":10,"output":20,"estimated":false},"cost":1234,"status":200,"end":"complete","ms":12}`

const keys = (store: Store, secret: string) => {
  const now = clock()
  return {
    find: each(100_000, () => store.keys.find(secret, now)),
    findWrong: each(100_000, () => store.keys.find('allod_00000000_0000000000000000000000000000000000000000000', now)),
    refresh: each(10_000, () => store.refresh()),
  }
}

const budgets = (store: Store, key: Key, count: number) => {
  const calls = Array.from({ length: count }, () => newCallId(clock(), random))
  const now = clock()
  const reserve = each(count, (i) => {
    const call = calls[i] as (typeof calls)[number]
    must(store.budgets.reserve(key, { call, cost: micros(1000), tokens: tokens(0) }, now)).settle(
      { cost: micros(0), tokens: tokens(0) },
      now,
    )
  })
  return { reserveAndSettle: reserve }
}

const projection = async (store: Store, key: Key, count: number) => {
  const piece = 512
  let [wall, cpu, longest] = [0, 0, 0]
  for (let start = 0; start < count; start += piece) {
    const entries = Array.from({ length: piece }, (_, i) => {
      const call = newCallId(clock(), random)
      const secret = `{"call":"${call}","salt":"${randomBytes(32).toString('hex')}"}`
      return { index: start + i, record: leafOf(key, call, start + i), secret }
    })
    const [before, used] = [performance.now(), process.cpuUsage()]
    must(await store.projection.project(entries))
    const { user, system } = process.cpuUsage(used)
    wall += performance.now() - before
    cpu += (user + system) / 1000
    longest = Math.max(longest, performance.now() - before)
  }
  const rate = (milliseconds: number) => Math.round((count / milliseconds) * 1000)
  return { rows: count, rowsPerSecond: rate(wall), rowsPerCpuSecond: rate(cpu), longest512: Number(longest.toFixed(1)) }
}

const folder = mkdtempSync(join(tmpdir(), 'allod-bench-'))
try {
  const rows = Number(process.argv[2] ?? 30_000)
  const store = must(openStore(join(folder, 'store.sqlite'), { clock, random, currency: 'EUR' }))
  const tenant = 'home' as TenantId
  const application = 'chat' as ApplicationId
  const created = must(store.admin.ensureFirstKey({ tenant, application, dataClassFloor: 'public', purposes: ['any'], aliases: 'all' }))
  const key = store.keys.find(created?.secret ?? '', clock()) as Key
  must(store.admin.setBudget({ kind: 'tenant', tenant }, 'month', micros(1e12)))
  must(store.admin.setBudget({ kind: 'application', tenant, application }, 'day', micros(1e12)))
  const result = {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, node ${process.version}`,
    microseconds: { ...keys(store, created?.secret ?? ''), ...budgets(store, key, 50_000) },
    projection: await projection(store, key, rows),
  }
  console.log(JSON.stringify(result, null, 2))
  store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
