// Where and of what something was measured.
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
  readonly node: string
  readonly loadAtStart: readonly number[]
  readonly loadAtEnd: readonly number[]
}
export const machineSince = (loadAtStart: readonly number[]): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGigabytes: Math.round(totalmem() / 1e9),
  system: `${type()} ${release().split('-')[0]}`,
  node: process.version,
  loadAtStart,
  loadAtEnd: loadavg(),
})
/** Items of a list. */
export const machineText = ({ cores, processor, memoryGigabytes, system, node, loadAtStart, loadAtEnd }: Machine): readonly string[] => {
  const loads = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(' ')
  return [
    `- machine: ${cores} cores, ${processor}, ${memoryGigabytes} GB, ${system}, Node ${node}`,
    `- load average at start ${loads(loadAtStart)}, at end ${loads(loadAtEnd)} (1, 5, 15 minutes)`,
  ]
}

const git = (...argv: readonly string[]): string => execFileSync('git', argv, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
/** The commit, marked when what is measured differs from it. */
export const commitOf = (): string =>
  `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', '../src', '../verifier') === '' ? '' : '-changed'}`
