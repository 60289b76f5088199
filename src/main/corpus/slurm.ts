// The executor of a cluster: the tasks of a run as Slurm job arrays (https://slurm.schedmd.com/job_array.html). Nothing calls back: jobs leave files in a folder that all machines share.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Json } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { type Executor, type Hears, type Task, taskName } from '../../corpus/run/task.ts'
import { clearSpool, isSpooled, readSpooled, writeSpooled } from '../../store/corpus-spool.ts'
import { PROJECT } from '../paths.ts'
import { doneName, parseDone, tasksName } from './spooled.ts'
import type { WorkOrder } from './work.ts'

type Failing<T> = Result<T, CorpusFailure>

export type SlurmOptions = {
  readonly order: WorkOrder
  /** On a file system that every node sees under the same path, as the corpus and its sources are. */
  readonly spool: string
  /** The machine that knows `sbatch`, for `ssh`; undefined where this one does. */
  readonly host: string | undefined
  /** Handed on to `sbatch` as they stand, such as `--partition=cpu`. */
  readonly options: readonly string[]
  /** Elements of one array at most: Slurm's `MaxArraySize` is 1001 unless a site says otherwise. */
  readonly jobs: number
}

/** Milliseconds between looks for results; Slurm itself is asked at each tenth. */
const LOOK = 300
const LOOKS_PER_QUESTION = 10
/** Questions without an answer, and looks after a job has left the queue, for its results may still be on their way through the file system. */
const MOST_UNANSWERED = 100
const PATIENCE = 3 * LOOKS_PER_QUESTION
/** Tasks whose job ended without a result are given once more to another; the second time is their own fault. */
const MOST_DEATHS = 2

type Attempt = { readonly task: Task; readonly deaths: number }

export const createSlurm = (options: SlurmOptions): Executor & { close(): Promise<void> } => {
  let waves = 0
  let running: string | undefined
  return {
    run: async (tasks, hears) => {
      let open: readonly Attempt[] = tasks.map((task) => ({ task, deaths: 0 }))
      while (open.length > 0) {
        const wave = new Wave(join(options.spool, `wave-${++waves}`), open, options)
        const job = await wave.submit()
        if (!job.ok) return job
        running = job.value
        const next = await wave.await(job.value, hears)
        if (!next.ok) return next
        running = undefined
        open = next.value
      }
      return ok(undefined)
    },
    close: async () => {
      if (running !== undefined) await command(options.host, 'scancel', [running])
    },
  }
}

/** One job array. Each of its elements carries out some of the tasks, one after another, and says at its end what came of them. */
class Wave {
  private readonly folder: string
  private readonly groups: readonly (readonly Attempt[])[]
  private readonly options: SlurmOptions
  private readonly open: Set<number>
  private readonly next: Attempt[] = []

  constructor(folder: string, attempts: readonly Attempt[], options: SlurmOptions) {
    this.folder = folder
    this.options = options
    const count = Math.min(options.jobs, attempts.length)
    this.groups = Array.from({ length: count }, (_, group) => attempts.filter((_attempt, index) => index % count === group))
    this.open = new Set(this.groups.keys())
  }

  /** The number of the job. */
  async submit(): Promise<Failing<string>> {
    const { folder, groups } = this
    const { order, options, host } = this.options
    const cleared = clearSpool(folder)
    const ordered = cleared.ok ? writeSpooled(folder, 'order.json', order as unknown as Json) : cleared
    if (!ordered.ok) return ordered
    for (const [group, attempts] of groups.entries()) {
      const written = writeSpooled(folder, tasksName(group), attempts.map(({ task }) => task) as unknown as Json)
      if (!written.ok) return written
    }
    const work = [process.execPath, join(PROJECT, 'src/main/main.mjs'), 'corpus', 'work', '--spool', folder]
    const array = ['--parsable', '--job-name=allod-corpus', `--array=0-${groups.length - 1}`, `--output=${join(folder, 'job-%a.log')}`]
    const wrapped = `--wrap=exec ${work.map(quoted).join(' ')} --task "$SLURM_ARRAY_TASK_ID"`
    const answer = await command(host, 'sbatch', [...array, ...options, wrapped])
    // `--parsable`: the number, and behind a semicolon the cluster.
    return answer.ok ? ok(answer.value.trim().split(';', 1)[0] ?? '') : answer
  }

  /** Hears results as they appear, in whatever order; gives what is to be done next. */
  async await(job: string, hears: Hears): Promise<Failing<readonly Attempt[]>> {
    let [unanswered, gone] = [0, 0]
    for (let look = 1; ; look++) {
      for (const group of this.open) {
        const heard = this.hear(group, hears)
        if (!heard.ok) return heard
      }
      if (this.open.size === 0) return ok(this.next)
      if (gone > 0 && ++gone > PATIENCE) return this.bury(job)
      if (gone === 0 && look % LOOKS_PER_QUESTION === 0) {
        const queued = await isQueued(this.options.host, job)
        if (queued === false) gone = 1
        unanswered = queued === undefined ? unanswered + 1 : 0
        if (unanswered > MOST_UNANSWERED)
          return err({ kind: 'storage-failed', message: `Slurm has not answered for a while what became of job ${job}` })
      }
      await pause(LOOK)
    }
  }

  private hear(group: number, hears: Hears): Failing<void> {
    if (!isSpooled(this.folder, doneName(group))) return ok(undefined)
    const read = readSpooled(this.folder, doneName(group))
    const done = read.ok ? parseDone(read.value, join(this.folder, doneName(group))) : read
    if (!done.ok) return done
    this.open.delete(group)
    if (done.value.failure !== null) return err(done.value.failure)
    for (const [index, news] of done.value.news) {
      const attempt = this.groups[group]?.[index]
      if (attempt !== undefined) this.next.push(...hears(attempt.task, news).map((task) => ({ task, deaths: 0 })))
    }
    return ok(undefined)
  }

  /** The tasks of elements that left no result are tried again. */
  private bury(job: string): Failing<readonly Attempt[]> {
    for (const group of this.open)
      for (const { task, deaths } of this.groups[group] ?? []) {
        if (deaths + 1 >= MOST_DEATHS) {
          const log = join(this.folder, `job-${group}.log`)
          return err({
            kind: 'damaged',
            message: `${taskName(task)} ended its job ${MOST_DEATHS} times (the last was ${job}_${group}); see \`${log}\``,
          })
        }
        this.next.push({ task, deaths: deaths + 1 })
      }
    return ok(this.next)
  }
}

/** Undefined where Slurm does not answer. A job that it no longer knows has ended. */
const isQueued = async (host: string | undefined, job: string): Promise<boolean | undefined> => {
  const answer = await command(host, 'squeue', ['--noheader', `--jobs=${job}`, '--format=%T'])
  if (answer.ok) return answer.value.trim() !== ''
  return /invalid job id/i.test(answer.error.message) ? false : undefined
}

/** Runs one of Slurm's commands, here or on the host; its words reach it as they stand. */
const command = (host: string | undefined, name: string, words: readonly string[]): Promise<Failing<string>> => {
  const [program, given] =
    host === undefined ? [name, words] : ['ssh', ['-o', 'BatchMode=yes', '--', host, [name, ...words.map(quoted)].join(' ')]]
  return new Promise((resolve) => {
    execFile(program, [...given], { maxBuffer: 1 << 24 }, (failure, out, error) => {
      if (failure === null) return resolve(ok(out))
      const why = failure.code === 'ENOENT' ? 'it is not installed here' : error.trim().split('\n').at(-1) || failure.message
      resolve(err({ kind: 'storage-failed', message: `\`${program === name ? name : `ssh ${host} ${name}`}\` failed: ${why}` }))
    })
  })
}

/** For a shell by POSIX. */
const quoted = (word: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
