// One run of a corpus in this process: locked, saved before it starts, told of while it goes on.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { parseResult, type RunDocument, type RunResult, runText } from '../../corpus/run/document.ts'
import type { RunShelf } from '../../corpus/run/ports.ts'
import { carryOut, type Watch } from '../../corpus/run/run.ts'
import type { Executor } from '../../corpus/run/task.ts'
import type { Digest } from '../../corpus/sections.ts'
import { attempt, makeFolder } from '../../store/corpus-files.ts'
import { sweepCorpus } from '../../store/corpus-storage.ts'
import { takeLock } from '../../store/lock.ts'
import { resolvePipeline } from './blocks.ts'
import { type DeclaredCorpus, openRuns, openStorage } from './ground.ts'
import { openSources } from './sources.ts'
import type { WorkOrder } from './work.ts'

type Failing<T> = Result<T, CorpusFailure>
export type Performing = {
  /** Folder of the corpus; made where it is missing. */
  readonly corpus: string
  readonly executorFor: (order: WorkOrder) => Executor & { close(): Promise<void> }
  readonly watch: Watch
}
export type Performed = { readonly result: RunResult; readonly document: RunDocument; readonly isResumed: boolean }

/** Goes on with the last run where it was left unfinished and nothing of its declaration changed; begins the next otherwise. */
export const performRun = async (declared: DeclaredCorpus, { corpus, executorFor, watch }: Performing): Promise<Failing<Performed>> => {
  const made = attempt('write to', corpus, () => {
    makeFolder(corpus)
    accessSync(corpus, constants.W_OK)
  })
  const lock = made.ok ? takeLock(join(corpus, 'lock'), 'the corpus') : made
  if (!lock.ok) return lock
  try {
    const swept = sweepCorpus(corpus)
    const runs = openRuns(corpus)
    const begun = swept.ok ? await begin(declared, corpus, runs) : swept
    if (!begun.ok) return begun
    const { document, isResumed, earlier } = begun.value
    const order: WorkOrder = { run: document, corpus, folder: declared.folder }
    const executor = executorFor(order)
    try {
      const sources = openSources(document.declaration.sources, { folder: declared.folder, corpus })
      note(runs, document.run, isResumed ? 'resumed' : 'started')
      const result = await carryOut(document, earlier, { storage: openStorage(corpus), runs, sources, executor, watch })
      note(runs, document.run, result.ok ? 'finished' : 'stopped', result.ok ? undefined : result.error.message)
      return result.ok ? ok({ result: result.value, document, isResumed }) : result
    } finally {
      await executor.close()
    }
  } finally {
    lock.value.close()
  }
}

type Begun = { readonly document: RunDocument; readonly isResumed: boolean; readonly earlier: Digest | null }

const begin = async (declared: DeclaredCorpus, corpus: string, runs: RunShelf): Promise<Failing<Begun>> => {
  const pipeline = await resolvePipeline(declared, corpus)
  const numbers = pipeline.ok ? runs.numbers() : pipeline
  if (!pipeline.ok) return pipeline
  if (!numbers.ok) return numbers
  const documentOf = (run: number): RunDocument => ({
    format: 1,
    run,
    declaration: declared.declaration,
    pipeline: pipeline.value.map((stage) => ({ ...stage, reads: [...stage.reads] })),
  })
  const earlier = lastClusters(runs, numbers.value)
  if (!earlier.ok) return earlier
  const last = numbers.value.at(-1) ?? 0
  const [saved, result] = [runs.read(last, 'run.json'), runs.read(last, 'result.json')]
  if (!saved.ok) return saved
  if (!result.ok) return result
  const again = documentOf(last)
  if (last > 0 && result.value === undefined && saved.value === runText(again))
    return ok({ document: again, isResumed: true, earlier: earlier.value })
  // A folder whose `run.json` was never finished is taken over.
  const document = documentOf(last > 0 && saved.value === undefined ? last : last + 1)
  const written = runs.write(document.run, 'run.json', runText(document))
  return written.ok ? ok({ document, isResumed: false, earlier: earlier.value }) : written
}

/** Of the last run that is finished. */
const lastClusters = (runs: RunShelf, numbers: readonly number[]): Failing<Digest | null> => {
  for (const run of numbers.toReversed()) {
    const text = runs.read(run, 'result.json')
    if (!text.ok) return text
    if (text.value === undefined) continue
    const result = parseResult(text.value, `runs/${run}/result.json`)
    return result.ok ? ok(result.value.duplicates?.clusters ?? null) : result
  }
  return ok(null)
}

/** Only tells; a run does not fail because nobody can be told. */
const note = (runs: RunShelf, run: number, event: string, why?: string): void =>
  void runs.append(run, 'events.jsonl', JSON.stringify({ at: new Date().toISOString(), event, ...(why && { why }) }))
