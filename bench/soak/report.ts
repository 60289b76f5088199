// What a soak found, as a value and as Markdown.
import { type Machine, machineText } from '../machine.ts'
import type { Heard } from './callers.ts'
import type { Check, Excuses, Sample } from './verdict.ts'

export type SoakResults = {
  readonly date: string
  readonly commit: string
  readonly machine: Machine
  readonly minutes: number
  readonly rate: number
  readonly seed: number
  readonly calm: boolean
  readonly holds: boolean
  readonly checks: readonly Check[]
  /** Calls by how they ended for their callers, latencies in milliseconds of those that were answered and read at once. */
  readonly calls: Readonly<Record<string, number>>
  readonly excuses: Excuses
  /** By alias, of those who stayed and had money left. */
  readonly aliases: readonly AliasRow[]
  readonly latency: Latency
  readonly cpuMicrosPerCall: number
  /** How late callers came, at most: much of it means that the machine was too busy, and latencies say little. */
  readonly callersLateMillis: number
  /** Records in the log, by kind. */
  readonly records: Readonly<Record<string, number>>
  readonly happenings: Readonly<Record<string, number>>
  readonly samples: readonly Sample[]
}
export type Latency = { readonly p50: number; readonly p99: number; readonly most: number }

export type AliasRow = { readonly alias: string; readonly calls: number; readonly answered: number }
export const aliasRows = (heard: readonly Heard[]): readonly AliasRow[] =>
  [...Map.groupBy(heard, ({ alias }) => alias)].map(([alias, all]) => {
    const stayed = all.filter(({ ending, code }) => ending !== 'vanished' && ending !== 'left-behind' && code !== 'insufficient_quota')
    return { alias, calls: stayed.length, answered: stayed.filter(({ ending }) => ending === 'answered').length }
  })

export const latencyOf = (heard: readonly Heard[]): Latency => {
  const times = heard
    .flatMap(({ ending, whim, millis }) => (ending === 'answered' && whim === 'none' ? [millis] : []))
    .sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}
export const countedBy = <T>(values: readonly T[], name: (value: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) counts[name(value)] = (counts[name(value)] ?? 0) + 1
  return counts
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `- ${count} ${name}`)
    .join('\n')
/** About sixty of them. */
const thinned = (samples: readonly Sample[], of: (sample: Sample) => number): string => {
  const step = Math.max(1, Math.ceil(samples.length / 60))
  return samples
    .filter((_, index) => index % step === 0)
    .map((sample) => Math.round(of(sample)))
    .join(' ')
}

export const soakText = (results: SoakResults): string => {
  const { minutes, rate, seed, calm, checks, calls, excuses, aliases, latency, samples } = results
  const failed = checks.filter(({ holds }) => !holds).length
  return [
    `# Soak of ${results.date.slice(0, 10)}, commit ${results.commit}`,
    [
      ...machineText(results.machine),
      `- ${minutes} minutes at ${rate} calls per second, seed ${seed}${calm ? ', nothing goes wrong' : ', faults come and go'}`,
      `- ${failed === 0 ? 'everything held' : `${failed} of ${checks.length} checks failed`}`,
    ].join('\n'),
    '## What had to hold',
    checks.map(({ name, holds, says }) => `- ${holds ? 'holds' : '**fails**'}: ${name}. ${says}`).join('\n'),
    '## What callers heard',
    listed(calls),
    `Answers that were read at once took ${latency.p50} ms at the median, ${latency.p99} ms at the 99th percentile, ${latency.most} ms at most; ${Math.round(results.cpuMicrosPerCall)} µs of CPU a call. Callers came at most ${results.callersLateMillis} ms late.`,
    ...(Object.keys(excuses).length === 0 ? [] : ['Failures that callers were told, by why nobody could answer:', listed(excuses)]),
    'By alias, of those whose callers stayed and had money left:',
    aliases
      .map(
        ({ alias, calls: all, answered }) =>
          `- ${alias}: ${answered} of ${all} answered (${((answered / Math.max(1, all)) * 100).toFixed(2)} %)`,
      )
      .join('\n'),
    '## What happened meanwhile',
    listed(results.happenings),
    'Records in the log:',
    listed(results.records),
    '## The process',
    `Resident megabytes: ${thinned(samples, ({ megabytes }) => megabytes)}`,
    `Open descriptors: ${thinned(samples, ({ descriptors }) => descriptors)}`,
    '',
  ].join('\n\n')
}
