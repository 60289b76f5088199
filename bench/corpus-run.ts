// One kind of run of `bench/corpus.ts`, in a process of its own: its memory is measured, too.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok } from '../src/core/result.ts'
import { BLOCKS } from '../src/corpus/block.ts'
import { corpusDeclaration } from '../src/corpus/run/declaration.ts'
import type { Executor, Task } from '../src/corpus/run/task.ts'
import { performRun } from '../src/main/corpus/perform.ts'
import { threadsFor } from '../src/main/corpus/run.ts'
import { type WorkOrder, workerCarry } from '../src/main/corpus/work.ts'

export const PIPELINES = { 'JSON lines to clusters': ['signature'], complete: BLOCKS } as const

export type Asked = {
  /** Its `texts` are the source. */
  readonly folder: string
  readonly languages: readonly string[]
  readonly pipeline: keyof typeof PIPELINES
  /** 0: all in the one thread whose CPU is measured. */
  readonly threads: number
  readonly rounds: number
  /** So many documents are made up instead. */
  readonly generate?: number
}
export type Measured = {
  readonly documents: number
  readonly megabytes: number
  /** Of the best round. */
  readonly megabytesPerCpuSecond: number
  readonly seconds: number
  /** The most that the process had at once. */
  readonly residentMegabytes: number
}

export const asRun = (asked: Asked): Measured =>
  JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, JSON.stringify(asked)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  ) as Measured

/** Carries all tasks out here, as a worker would. */
const inThisThread = (order: WorkOrder): Executor & { close(): Promise<void> } => {
  const carry = workerCarry(order)
  return {
    run: async (tasks, hears) => {
      const waiting = [...tasks]
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        const current: Task = task
        const answer = await carry(current, (news) => void waiting.unshift(...hears(current, news)), true)
        if (!answer.ok) return answer
      }
      return ok(undefined)
    },
    close: async () => {},
  }
}

/** Of a second 1e6. */
const cpu = (threads: number): number => {
  const { user, system } = threads === 0 ? process.threadCpuUsage() : process.cpuUsage()
  return user + system
}

const once = async (folder: string, { languages, pipeline, threads }: Asked) => {
  const corpus = mkdtempSync(join(folder, 'corpus-'))
  const declaration = corpusDeclaration.parse({
    corpus: 'bench',
    languages,
    sources: { texts: { from: { folder: 'texts' } } },
    pipeline: [...PIPELINES[pipeline]],
  })
  const [cpuBefore, before] = [cpu(threads), performance.now()]
  const executorFor = threads === 0 ? inThisThread : threadsFor(threads)
  const performed = await performRun({ declaration, file: join(folder, 'corpus.yaml'), folder }, { corpus, executorFor, watch: () => {} })
  if (!performed.ok) throw new Error(performed.error.message)
  const { documents, bytes } = performed.value.result
  const measured = { documents, bytes, cpu: cpu(threads) - cpuBefore, seconds: (performance.now() - before) / 1000 }
  rmSync(corpus, { recursive: true })
  return measured
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ne', 'ru', 'sa', 'ti', 'vo', 'wa', 'xe', 'yu', 'zo', 'ber', 'dor', 'fen', 'gal']
const VOCABULARY = 30_000
/** About 300 bytes a document, a hundredth of them equal to another but for a word. */
const generate = (folder: string, documents: number): void => {
  mkdirSync(join(folder, 'texts'))
  const file = openSync(join(folder, 'texts/generated.jsonl'), 'w')
  let state = 1
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % below
  }
  const vocabulary = Array.from({ length: VOCABULARY }, () =>
    Array.from({ length: 1 + next(4) }, () => SYLLABLES[next(SYLLABLES.length)]).join(''),
  )
  const word = () => vocabulary[next(VOCABULARY)] ?? ''
  let last: string[] = []
  let lines: string[] = []
  for (let document = 0; document < documents; document++) {
    const words = document % 100 === 1 ? last.with(20, word()) : Array.from({ length: 50 }, word)
    last = words
    lines.push(JSON.stringify({ id: document, text: `${words.join(' ')}.` }), '\n')
    if (lines.length < 20_000 && document + 1 < documents) continue
    writeSync(file, lines.join(''))
    lines = []
  }
  closeSync(file)
}

const measure = async (asked: Asked): Promise<Measured> => {
  const folder = asked.generate === undefined ? asked.folder : mkdtempSync(join(tmpdir(), 'allod-bench-corpus-'))
  try {
    if (asked.generate !== undefined) generate(folder, asked.generate)
    const rounds: Awaited<ReturnType<typeof once>>[] = []
    for (let round = 0; round < asked.rounds; round++) rounds.push(await once(folder, asked))
    const [{ documents, bytes } = { documents: 0, bytes: 0 }] = rounds
    const least = (of: 'cpu' | 'seconds') => Math.min(...rounds.map((round) => round[of]))
    return {
      documents,
      megabytes: Math.round(bytes / 1e6),
      megabytesPerCpuSecond: Number((bytes / least('cpu')).toPrecision(3)),
      seconds: Number(least('seconds').toPrecision(3)),
      residentMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    }
  } finally {
    if (asked.generate !== undefined) rmSync(folder, { recursive: true })
  }
}

const [argument] = process.argv.slice(2)
if (import.meta.main && argument !== undefined) process.stdout.write(JSON.stringify(await measure(JSON.parse(argument))))
