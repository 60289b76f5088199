import { availableParallelism, constants } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from '../command.ts'
import { CORPUS_OPTIONS, corpusFolder, declaredGiven } from './ground.ts'
import { type Performed, type Performing, performRun } from './perform.ts'
import { amount, duration, size, type Tally } from './progress.ts'
import { createSlurm } from './slurm.ts'
import { createThreads } from './threads.ts'
import { watching } from './watching.ts'
import type { WorkOrder } from './work.ts'

/** `allod corpus run`: all that the declaration asks for and that does not lie there from before. */
export const run: Command = {
  name: 'corpus run',
  summary:
    'Reads the sources, examines each document, finds duplicates and says what stays. Only what changed is done; after a kill it goes on.',
  usage: [
    'corpus run [--corpus FILE] [--data DIR] [--threads N]',
    'corpus run --executor slurm [--ssh HOST] [--slurm OPTION]… [--jobs N] [--spool DIR]',
  ],
  options: {
    threads: { value: 'N', text: 'how many work at once (default: as many as the machine has cores)' },
    executor: { value: 'NAME', text: 'threads, or slurm: job arrays on a cluster that shares the folders (default: threads)' },
    ssh: { value: 'HOST', text: 'slurm: the machine that knows `sbatch` (default: this one)' },
    slurm: { value: 'OPTION', text: 'slurm: an option of sbatch, such as --partition=cpu; may stand several times', multiple: true },
    jobs: { value: 'N', text: 'slurm: elements of one job array at most (default: 1000)' },
    spool: { value: 'DIR', text: 'slurm: folder for tasks and their results (default: DATA/corpus/spool)' },
    ...CORPUS_OPTIONS,
  },
  async run(given, terminal) {
    const declared = declaredGiven(given, terminal)
    if (declared === undefined) return EXIT.usage
    const watcher = watching(terminal, given.flag('json'))
    const performed = await performRun(declared, {
      corpus: corpusFolder(given),
      executorFor: stoppable(executorGiven(given), terminal),
      watch: watcher.watch,
    })
    const { tally, elapsed } = watcher.stop()
    if (!performed.ok) {
      const code = failed(performed.error, terminal)
      if (tally.listedBytes > 0) terminal.error('what was done is kept; `allod corpus run` goes on from here')
      return code
    }
    if (given.flag('json')) terminal.out(JSON.stringify(resultJson(performed.value, tally, elapsed)))
    else for (const line of resultLines(performed.value, tally, elapsed, terminal)) terminal.out(line)
    return EXIT.ok
  },
}

export const threadsFor = (threads: number) => (order: WorkOrder) =>
  createThreads(threads, () => new Worker(new URL('./worker.mjs', import.meta.url), { workerData: order }))

const executorGiven = (given: Given): Performing['executorFor'] => {
  const name = given.text('executor') ?? 'threads'
  if (name === 'threads') return threadsFor(countGiven(given, 'threads', availableParallelism()))
  if (name !== 'slurm') throw new UsageFailure(`there is no executor \`${name}\`; there are threads and slurm`)
  const jobs = countGiven(given, 'jobs', DEFAULT_JOBS)
  const spool = resolve(given.text('spool') ?? join(corpusFolder(given), 'spool'))
  return (order) => createSlurm({ spool, host: given.text('ssh'), options: given.texts('slurm'), jobs, order })
}

/** Who interrupts a run hears that nothing is lost; what works for it elsewhere is told to stop. */
const stoppable =
  (executorFor: Performing['executorFor'], terminal: Terminal): Performing['executorFor'] =>
  (order) => {
    const executor = executorFor(order)
    const stop = async (signal: NodeJS.Signals) => {
      await executor.close()
      terminal.error('\nstopped; what was done is kept, and `allod corpus run` goes on from here')
      process.exit(128 + constants.signals[signal])
    }
    for (const signal of SIGNALS) process.once(signal, stop)
    return {
      run: executor.run,
      close: () => {
        for (const signal of SIGNALS) process.off(signal, stop)
        return executor.close()
      },
    }
  }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const DEFAULT_JOBS = 1000
const MOST = 100_000
const countGiven = (given: Given, option: string, byDefault: number): number => {
  const count = Number(given.text(option) ?? byDefault)
  if (!Number.isSafeInteger(count) || count < 1 || count > MOST)
    throw new UsageFailure(`--${option} must be a whole number from 1 to ${MOST}`)
  return count
}

/** One sentence, and whose turn it is: the owner's where the input is at fault. */
export const failed = ({ kind, message }: CorpusFailure, terminal: Terminal): ExitCode => {
  terminal.error(`allod corpus: ${message}`)
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
