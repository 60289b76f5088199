// What a run found, as a value and as Markdown.
import { type Machine, machineText } from './machine.ts'
import type { TargetName } from './targets.ts'

export type Cell = {
  readonly target: TargetName
  readonly stream: boolean
  readonly size: number
  readonly concurrency: number
  readonly calls: number
  readonly failures: number
  readonly firstFailure?: string
  /** Medians of the rounds: CPU in microseconds a call, latencies in milliseconds. */
  readonly cpu: number
  readonly p50: number
  readonly p99: number
  readonly callsPerSecond: number
  /** Median of the rounds' ratios of CPU to the bare pass-through's in the same round, and the lowest and highest of them. */
  readonly ratio: number
  readonly ratios: readonly number[]
}
export type Results = {
  readonly date: string
  readonly commit: string
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly skipped: Readonly<Record<string, string>>
  readonly rounds: number
  readonly secondsPerCell: number
  readonly cells: readonly Cell[]
  readonly exchange?: { readonly calls: number; readonly records: number; readonly residentMegabytes: number }
  readonly ledger?: Readonly<Record<string, number | string>>
  readonly law?: Readonly<Record<string, number>>
  readonly translation?: Readonly<Record<string, number | string>>
  readonly start?: Readonly<Record<string, number>>
}

const number = (value: number): string => (value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString())
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
const caseName = ({ stream, size }: Cell): string => `${stream ? 'SSE' : 'JSON'} ${size / 1000} KB`

/** One table a concurrency: a row for each case, a column for each target. */
const callTables = (cells: readonly Cell[], targets: readonly string[], of: (cell: Cell) => string): string =>
  [...new Set(cells.map(({ concurrency }) => concurrency))]
    .map((concurrency) => {
      const here = cells.filter((cell) => cell.concurrency === concurrency)
      const rows = [...new Set(here.map(caseName))].map((name) => [
        name,
        ...targets.map((target) => here.filter((cell) => cell.target === target && caseName(cell) === name).map(of)[0] ?? ''),
      ])
      return `${concurrency} in flight:\n\n${table(['', ...targets], rows)}`
    })
    .join('\n\n')

const calls = ({ cells }: Results): string[] => {
  if (cells.length === 0) return []
  const targets = [...new Set(cells.map(({ target }) => target))]
  const failed = cells.filter(({ failures }) => failures > 0)
  return [
    '## CPU of a call',
    'Microseconds of CPU time of the whole process tree for one call, and in brackets the ratio to the bare pass-through in the same round.',
    callTables(cells, targets, ({ cpu, ratio }) => `${number(cpu)} (${ratio.toFixed(2)})`),
    '## Latency',
    'p50 / p99 in milliseconds, load generator and upstream on the same machine.',
    callTables(cells, targets, ({ p50, p99 }) => `${number(p50)} / ${number(p99)}`),
    '## Calls per second',
    'One process each, sharing the machine with load generator and upstream; where a target is cheap, those two are the limit.',
    callTables(cells, targets, ({ callsPerSecond }) => number(callsPerSecond)),
    ...(failed.length === 0
      ? ['No call failed.']
      : [
          `Failed calls:\n\n${failed.map((cell) => `- ${cell.target}, ${caseName(cell)}, ${cell.concurrency} in flight: ${cell.failures}; ${cell.firstFailure ?? ''}`).join('\n')}`,
        ]),
  ]
}

const parts = ({ exchange, ledger, law, start, translation }: Results): string[] => [
  ...(exchange === undefined
    ? []
    : [
        '## Allod’s process',
        `${exchange.records} records in its published log for at least ${exchange.calls} counted calls; ${exchange.residentMegabytes} MB resident after them.`,
      ]),
  ...(start === undefined
    ? []
    : [
        '## Start',
        `From nothing to \`ready\`, without a model: ${start.readyMillis} ms (median of ${start.starts}; slowest ${start.slowestReadyMillis} ms), ` +
          `${start.cpuMillis} ms of CPU, ${start.residentMegabytes} MB resident.`,
      ]),
  ...(ledger === undefined
    ? []
    : [
        '## Ledger',
        `${ledger.appendsPerSecond} durable appends per second of ${ledger.recordBytes} bytes, ${ledger.inFlight} in flight, ` +
          `${ledger.cpuMicrosPerAppend} µs of CPU each, slowest ${ledger.slowestMillis} ms.`,
      ]),
  ...(translation === undefined
    ? []
    : [
        '## Translation',
        `One event of a stream, from the endpoint’s bytes to the caller’s: ${translation.chunkMedianMicros} µs of CPU (median of ${translation.streamPairs} pairs of dialects; most ` +
          `${translation.chunkMostMicros} µs, ${translation.chunkMostPair}). One request of 10 KB: ${translation.requestMedianMicros} µs (median of ${translation.requestPairs} pairs; most ` +
          `${translation.requestMostMicros} µs, ${translation.requestMostPair}).`,
      ]),
  ...(law === undefined
    ? []
    : [
        '## Law',
        table(
          ['', ''],
          [
            [`reading ${law.factRows} fact rows`, `${law.readFactsMillis} ms`],
            ['building the graph', `${law.buildGraphMillis} ms`],
            [`reach of all ${law.endpoints} shipped endpoints`, `${law.reachOfAllMillis} ms (first time ${law.reachOfAllFirstMillis} ms)`],
            ['one decision asked of Cedar', `${law.decisionMicros} µs (first ${number((law.decisionFirstMicros ?? 0) / 1000)} ms)`],
            ['one decision remembered', `${law.decisionRememberedMicros} µs`],
          ],
        ),
      ]),
]

export const markdown = (results: Results): string => {
  const { machine, versions, skipped } = results
  return [
    `# Benchmark of ${results.date.slice(0, 10)}, commit ${results.commit}`,
    [
      ...machineText(machine),
      `- versions: ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      `- ${results.rounds} rounds, ${results.secondsPerCell} s a cell; figures are medians of the rounds`,
      ...Object.entries(skipped).map(([name, reason]) => `- not measured: ${name} (${reason})`),
    ].join('\n'),
    ...calls(results),
    ...parts(results),
    '',
  ].join('\n\n')
}
