// Throughput of the corpus: `node bench/corpus.ts FILE.jsonl.zst …`, each line an object with a `text`. `--help` has the options.
//
// Three kinds of figures, all in MB of text for a second of CPU time: the kernel alone from buffers; runs as `allod corpus run` makes them, in one
// thread, from JSON lines on disk to clusters and with all blocks; and other tools' MinHash signatures over the first megabytes of the same files.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { zstdDecompressSync } from 'node:zlib'
import { HASHES, Kernel } from '../src/corpus/kernel/kernel.ts'
import { MEASURES } from '../src/corpus/kernel/measures.ts'
import { type Asked, asRun, type Measured, PIPELINES } from './corpus-run.ts'
import { commitOf, type Machine, machineSince, machineText } from './machine.ts'

const HELP = `node bench/corpus.ts FILE.jsonl[.zst] … [options]
  --rounds N           how often each is measured; the best counts (default 5)
  --languages A,B      that the corpus is of (default et,de,sl)
  --peers DIR          a Python environment with datatrove and rensa (bench/corpus-peers.py says which packages); without it they are left out
  --peer-megabytes N   of each file, for the peers and beside them for this (default 8)
  --documents N        runs over so many generated documents, too, and says how much memory that takes
  --out DIR            where the results go (default: bench/results)`

const options = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      languages: { type: 'string', default: 'et,de,sl' },
      peers: { type: 'string' },
      'peer-megabytes': { type: 'string', default: '8' },
      documents: { type: 'string' },
      out: { type: 'string', default: join(import.meta.dirname, 'results') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || positionals.length === 0) {
    console.error(HELP)
    process.exit(values.help ? 0 : 2)
  }
  return { ...values, rounds: Number(values.rounds), languages: values.languages.split(','), files: positionals }
}
type Options = ReturnType<typeof options>

const LINE_FEED = 0x0a
const round = (value: number): number => Number(value.toPrecision(3))
const say = (text: string): void => console.error(text)

/** Seconds of this thread. */
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

const linesOf = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, at)
    const end = found < 0 ? bytes.length : found
    if (end > at) lines.push(bytes.subarray(at, end))
    at = end + 1
  }
  return lines
}
const size = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)

/** MB of text per second of CPU, of the best round. */
const best = (rounds: number, bytes: number, work: () => void): number => {
  let seconds = Number.POSITIVE_INFINITY
  for (let done = 0; done < rounds; done++) {
    const before = cpu()
    work()
    seconds = Math.min(seconds, cpu() - before)
  }
  return round(bytes / 1e6 / seconds)
}

const KERNEL = ['text of a JSON line', 'signature', 'shingles', 'measures'] as const
type Speeds = Readonly<Record<(typeof KERNEL)[number], number>>

const measureKernel = (kernel: Kernel, lines: readonly Uint8Array[], rounds: number): Speeds & { readonly megabytes: number } => {
  const name = Buffer.from('text')
  const textOf = (line: Uint8Array): Uint8Array => {
    const member = kernel.member(line, name)
    if (member.kind !== 'text') throw new Error(`a line has no text: ${member.kind}`)
    return member.text
  }
  const texts = lines.map((line) => textOf(line).slice())
  const bytes = size(texts)
  const minhash = new Uint32Array(HASHES)
  const values = new Float32Array(MEASURES.length)
  const stopWords = ['ja', 'on', 'ei', 'und', 'der', 'die']
  const each = (work: (text: Uint8Array) => void) => best(rounds, bytes, () => texts.forEach(work))
  return {
    megabytes: round(bytes / 1e6),
    'text of a JSON line': best(rounds, bytes, () => lines.forEach(textOf)),
    signature: each((text) => kernel.sign(text, minhash, 0)),
    shingles: each((text) => kernel.shinglesOf(text)),
    measures: each((text) => kernel.measure(text, stopWords, values, 0)),
  }
}

/** One line of JSON by each peer; a peer that fails is left out with its reason. */
const PEERS = ['datatrove', 'rensa'] as const
type Peer = { readonly peer: string; readonly version?: string; readonly megabytesPerSecond?: number; readonly failure?: string }
const measurePeers = (folder: string, file: string): readonly Peer[] =>
  PEERS.map((peer) => {
    try {
      const script = join(import.meta.dirname, 'corpus-peers.py')
      return JSON.parse(
        execFileSync(join(folder, 'bin/python'), [script, peer, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      ) as Peer
    } catch (thrown) {
      return { peer, failure: String(thrown).split('\n').at(-1) ?? '' }
    }
  })

type FileResult = {
  readonly file: string
  readonly documents: number
  readonly kernel: ReturnType<typeof measureKernel>
  readonly runs: Readonly<Record<string, Measured>>
  readonly peers: readonly Peer[]
}

const measureFile = (kernel: Kernel, path: string, { rounds, languages, peers, 'peer-megabytes': share }: Options): FileResult => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-bench-corpus-'))
  try {
    const raw = readFileSync(path)
    const bytes = path.endsWith('.zst') ? zstdDecompressSync(raw, { maxOutputLength: 2 ** 31 }) : raw
    const lines = linesOf(bytes)
    say(`${basename(path)}: ${lines.length} documents`)
    mkdirSync(join(folder, 'texts'))
    writeFileSync(join(folder, 'texts/all.jsonl'), bytes)
    const runs: Record<string, Measured> = {}
    for (const pipeline of Object.keys(PIPELINES) as (keyof typeof PIPELINES)[])
      for (const threads of [0, 1, 2]) {
        const name = `${pipeline}${threads === 0 ? '' : `, ${threads} workers`}`
        runs[name] = asRun({ folder, languages, pipeline, threads, rounds: Math.min(rounds, 3) })
        say(`  ${name}: ${runs[name].megabytesPerCpuSecond} MB for a second of CPU, ${runs[name].seconds} s`)
      }
    const few = lines.slice(0, countUpTo(lines, Number(share) * 1e6))
    writeFileSync(join(folder, 'few.jsonl'), Buffer.concat(few.flatMap((line) => [line, Buffer.of(LINE_FEED)])))
    const found = peers === undefined ? [] : measurePeers(peers, join(folder, 'few.jsonl'))
    const own: Peer = { peer: 'allod', megabytesPerSecond: measureKernel(kernel, few, rounds).signature }
    return { file: basename(path), documents: lines.length, kernel: measureKernel(kernel, lines, rounds), runs, peers: [own, ...found] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const countUpTo = (lines: readonly Uint8Array[], bytes: number): number => {
  let sum = 0
  const found = lines.findIndex(({ length }) => {
    sum += length
    return sum > bytes
  })
  return found < 0 ? lines.length : Math.max(1, found)
}

type Results = {
  readonly date: string
  readonly commit: string
  readonly machine: Machine
  readonly files: readonly FileResult[]
  readonly generated?: Measured
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const markdown = ({ date, commit, machine, files, generated }: Results): string => {
  const names = files.map(({ file, documents, kernel }) => `${file} (${documents} documents, ${kernel.megabytes} MB)`)
  const runNames = Object.keys(files[0]?.runs ?? {})
  const alone = runNames.filter((name) => !name.includes('worker'))
  const peerText = ({ version, megabytesPerSecond, failure }: Partial<Peer>) =>
    `${megabytesPerSecond ?? failure ?? ''}${version === undefined ? '' : ` (${version})`}`
  return [
    `# Corpus: throughput, ${date.slice(0, 10)}, commit ${commit}`,
    machineText(machine).join('\n'),
    'MB of text for a second of CPU time of one thread, user and system, best round.',
    '## The kernel, from buffers',
    table(
      ['', ...names],
      KERNEL.map((name) => [name, ...files.map(({ kernel }) => kernel[name])]),
    ),
    '## Runs, from JSON lines on disk, everything written durably',
    table(
      ['', ...names],
      alone.map((name) => [name, ...files.map(({ runs }) => runs[name]?.megabytesPerCpuSecond ?? '')]),
    ),
    '## Workers',
    'Seconds of the clock for the whole run, and megabytes resident of the whole process.',
    table(
      ['', ...names],
      runNames
        .filter((name) => name.includes('worker'))
        .map((name) => [name, ...files.map(({ runs }) => `${runs[name]?.seconds} s, ${runs[name]?.residentMegabytes} MB`)]),
    ),
    '## MinHash signatures beside other tools',
    'The first megabytes of each file, 112 hashes over five words, one thread.',
    table(
      ['', ...names],
      ['allod', ...PEERS].map((peer) => [peer, ...files.map(({ peers }) => peerText(peers.find((each) => each.peer === peer) ?? {}))]),
    ),
    ...(generated === undefined
      ? []
      : [
          '## Generated documents',
          `${generated.documents} documents, ${generated.megabytes} MB: ${generated.seconds} s with two workers, ${generated.residentMegabytes} MB resident.`,
        ]),
    '',
  ].join('\n\n')
}

const main = async (): Promise<void> => {
  const asked = options()
  const loadAtStart = loadavg()
  const [commit, date] = [commitOf(), new Date().toISOString()]
  const kernel = await Kernel.load()
  const files = asked.files.map((file) => measureFile(kernel, file, asked))
  const generate: Pick<Asked, 'generate'> = { generate: Number(asked.documents) }
  const generated =
    asked.documents === undefined
      ? {}
      : { generated: asRun({ folder: '', languages: ['en'], pipeline: 'JSON lines to clusters', threads: 2, rounds: 1, ...generate }) }
  const results: Results = { date, commit, machine: machineSince(loadAtStart), files, ...generated }
  mkdirSync(asked.out, { recursive: true })
  const file = join(asked.out, `${date.slice(0, 10)}-${commit}-corpus`)
  writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(`${file}.md`, markdown(results))
  console.log(markdown(results))
  say(`written to ${file}.json and ${file}.md`)
}
await main()
