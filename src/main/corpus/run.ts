import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from '../command.ts'
import { CORPUS_OPTIONS, corpusFolder, declaredGiven } from './ground.ts'
import { type Performed, performRun } from './perform.ts'
import { amount, duration, size, type Tally } from './progress.ts'
import { createThreads } from './threads.ts'
import { watching } from './watching.ts'
import type { WorkOrder } from './work.ts'

/** `allod corpus run`: all that the declaration asks for and that does not lie there from before. */
export const run: Command = {
  name: 'corpus run',
  summary:
    'Reads the sources, examines each document, finds duplicates and says what stays. Only what changed is done; after a kill it goes on.',
  usage: ['corpus run [--corpus FILE] [--data DIR] [--threads N]'],
  options: {
    threads: { value: 'N', text: 'how many work at once (default: as many as the machine has cores)' },
    ...CORPUS_OPTIONS,
  },
  async run(given, terminal) {
    const declared = declaredGiven(given, terminal)
    if (declared === undefined) return EXIT.usage
    const watcher = watching(terminal, given.flag('json'))
    const performed = await performRun(declared, {
      corpus: corpusFolder(given),
      executorFor: threadsFor(threadCount(given)),
      watch: watcher.watch,
    })
    const { tally, elapsed } = watcher.stop()
    if (!performed.ok) return failed(performed.error, terminal)
    if (given.flag('json')) terminal.out(JSON.stringify(resultJson(performed.value, tally, elapsed)))
    else for (const line of resultLines(performed.value, tally, elapsed, terminal)) terminal.out(line)
    return EXIT.ok
  },
}

export const threadsFor = (threads: number) => (order: WorkOrder) =>
  createThreads(threads, () => new Worker(new URL('./worker.mjs', import.meta.url), { workerData: order }))

const MOST_THREADS = 1024
const threadCount = (given: Given): number => {
  const text = given.text('threads')
  const threads = text === undefined ? availableParallelism() : Number(text)
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new UsageFailure(`--threads must be from 1 to ${MOST_THREADS}`)
  return threads
}

/** One sentence, and whose turn it is: the owner's where the input is at fault. */
export const failed = ({ kind, message }: CorpusFailure, terminal: Terminal): ExitCode => {
  terminal.error(`allod corpus: ${message}`)
  if (kind === 'storage-failed') terminal.error('what was done is kept; `allod corpus run` goes on from here')
  return kind === 'unusable' ? EXIT.usage : EXIT.unavailable
}

const resultJson = ({ result, isResumed }: Performed, { steps, sliceSteps }: Tally, elapsed: number) => ({
  run: result.run,
  resumed: isResumed,
  documents: result.documents,
  bytes: result.bytes,
  refused: result.refused,
  dropped: result.dropped,
  duplicates: result.duplicates,
  /** What had to be done in this process. */
  slicesRead: sliceSteps,
  steps,
  milliseconds: Math.round(elapsed),
})

const resultLines = ({ result, isResumed }: Performed, tally: Tally, elapsed: number, terminal: Terminal): readonly string[] => {
  const { documents, bytes, refused, dropped, duplicates } = result
  const rules = Object.entries(dropped).sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
  const double = duplicates === null ? 0 : duplicates.counts.near + duplicates.counts.sameText
  const rows: [string, number][] = [...rules, ...(double > 0 ? [['duplicates', double] as [string, number]] : [])]
  const kept = documents - rows.reduce((sum, [, count]) => sum + count, 0)
  return [
    `run ${result.run}${isResumed ? ', gone on with' : ''}: ${amount(documents)} documents, ${size(bytes)} of text, in ${duration(elapsed)}`,
    ...(tally.steps + tally.sliceSteps === 0 ? ['  nothing had changed'] : []),
    ...(refused > 0 ? [`  ${amount(refused).padStart(12)}  could not be read`] : []),
    ...rows.map(([rule, count]) => `  ${amount(count).padStart(12)}  dropped: ${rule}`),
    `  ${paint(terminal, 'green', amount(kept).padStart(12))}  stay`,
    ...(duplicates?.alarms ?? []).map(({ source, documents: all, kept: left, largest }) =>
      paint(
        terminal,
        'yellow',
        `  of source \`${source}\` only ${amount(left)} of ${amount(all)} documents stay; one stands for ${amount(largest)}: look at it with \`allod corpus dropped --source ${source}\``,
      ),
    ),
    ...(refused + documents - kept > 0 ? ['  which and why: `allod corpus dropped`'] : []),
  ]
}
