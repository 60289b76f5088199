// The runs of a corpus as commands look for them.
import type { RunShelf } from '../../corpus/run/ports.ts'
import { UsageFailure } from '../command.ts'

/** The number of the last run that has a result; a failure to list is said by whoever writes. */
export const lastFinished = (runs: RunShelf): number | undefined => {
  const numbers = runs.numbers()
  if (!numbers.ok) throw new UsageFailure(numbers.error.message)
  return numbers.value.findLast((run) => {
    const result = runs.read(run, 'result.json')
    return result.ok && result.value !== undefined
  })
}

export const runNumber = (text: string): number => {
  const run = Number(text)
  if (!Number.isSafeInteger(run) || run < 1) throw new UsageFailure(`\`${text}\` is no number of a run; see \`allod corpus status\``)
  return run
}
