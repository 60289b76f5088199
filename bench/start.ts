// From nothing to `ready`, without a model: a fresh data directory each time. `node bench/start.ts [times]` prints one line of JSON.
import { benchmarkConfiguration, startExchange } from './exchange.ts'
import { cpuOf, residentOf } from './processes.ts'

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const starts: { readonly wall: number; readonly cpu: number; readonly resident: number }[] = []
for (let i = 0; i < Number(process.argv[2] ?? 5); i++) {
  const exchange = await startExchange(benchmarkConfiguration(9))
  starts.push({ wall: exchange.readyAfter, cpu: cpuOf(exchange.pid) / 1000, resident: residentOf(exchange.pid) / 1e6 })
  await exchange.stop()
}
console.log(
  JSON.stringify({
    starts: starts.length,
    readyMillis: Math.round(median(starts.map(({ wall }) => wall))),
    slowestReadyMillis: Math.round(Math.max(...starts.map(({ wall }) => wall))),
    cpuMillis: Math.round(median(starts.map(({ cpu }) => cpu))),
    residentMegabytes: Math.round(median(starts.map(({ resident }) => resident))),
  }),
)
