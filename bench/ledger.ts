// Durable appends per second, and what one costs. `node bench/ledger.ts [seconds] [in flight] [directory]` prints one line of JSON.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ok } from '../src/core/result.ts'
import { epochMillis } from '../src/core/units.ts'
import { openLedger } from '../src/ledger/ledger.ts'
import { logSigners } from '../src/ledger/signers.ts'
import { openLogFiles } from '../src/store/log-files.ts'
import { openLogKeys } from '../src/store/log-keys.ts'
import { nativeSha256 } from '../src/store/native-hash.ts'

const [, , seconds = '3', inFlight = '1024', parent = tmpdir()] = process.argv
const directory = mkdtempSync(join(parent, 'allod-bench-'))
const commitment = 'a'.repeat(64)
// About as long as the record of a call.
const MEMBERS = `"time":1700000000000,"kind":"call","call":"call_01HF00000000000000000000AB","tenant":"ministry","application":"desk","alias":"assistant","class":"internal","purpose":"drafting","policy":"sha256:${commitment}","facts":"sha256:${commitment}","endpoint":"local","model":"seed","see":["FR"],"stop":["FR"],"change":["FR"],"attempts":[{"endpoint":"local","model":"seed","result":"ok"}],"border":[],"request":"${commitment}","response":"${commitment}","usage":{"input":100,"output":200,"estimated":false},"cost":1234,"status":200,"end":"complete","ms":812`
const SECRET = `{"call":"call_01HF00000000000000000000AB","salt":"${commitment}"}`

const run = async (): Promise<unknown> => {
  const files = await openLogFiles(join(directory, 'log'))
  const keys = await openLogKeys(join(directory, 'secrets'))
  if (!files.ok || !keys.ok) throw new Error('the log does not open')
  const opened = await openLedger({
    origin: 'bench.example/log',
    storage: files.value,
    projection: { through: 0, numbers: new Map(), project: () => ok(undefined) },
    signers: logSigners('bench.example/log', keys.value),
    clock: () => epochMillis(Date.now()),
    hash: nativeSha256,
  })
  if (!opened.ok) throw new Error(opened.error.message)
  const ledger = opened.value
  let done = 0
  let slowest = 0
  let stopping = false
  const one = (): void => {
    const started = performance.now()
    ledger.append({ stream: 'key_0123456789', members: MEMBERS, secret: SECRET }, (result) => {
      if (!result.ok) throw new Error(result.error.message)
      slowest = Math.max(slowest, performance.now() - started)
      done++
      if (!stopping) one()
    })
  }
  for (let i = 0; i < Number(inFlight); i++) one()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const before = { done, cpu: process.cpuUsage(), at: performance.now() }
  slowest = 0
  const loop = monitorEventLoopDelay({ resolution: 5 })
  loop.enable()
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000))
  const cpu = process.cpuUsage(before.cpu)
  const elapsed = (performance.now() - before.at) / 1000
  const appended = done - before.done
  const rss = process.memoryUsage.rss()
  stopping = true
  await ledger.close()
  await files.value.close()
  return {
    bench: 'ledger',
    appendsPerSecond: Math.round(appended / elapsed),
    cpuMicrosPerAppend: Number(((cpu.user + cpu.system) / appended).toFixed(2)),
    slowestMillis: Number(slowest.toFixed(1)),
    eventLoopP99Millis: Number((loop.percentile(99) / 1e6).toFixed(1)),
    recordBytes: MEMBERS.length + 45,
    inFlight: Number(inFlight),
    seconds: Number(elapsed.toFixed(2)),
    appended: done,
    published: ledger.size(),
    residentMegabytes: Math.round(rss / 1e6),
    cores: availableParallelism(),
    node: process.version,
  }
}

try {
  console.log(JSON.stringify(await run()))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
