import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { codeOf } from '../../store/durable.ts'
import { type Command, EXIT, paint, runCommand, UsageFailure } from '../command.ts'
import { coverage } from './coverage.ts'
import { DEMO_LANGUAGES, demoSources } from './demo-texts.ts'
import { dropped } from './dropped.ts'
import { may } from './may.ts'
import { duration } from './progress.ts'
import { publish } from './publish.ts'
import { run } from './run.ts'
import { verify } from './verify.ts'

const DEFAULT_FOLDER = 'allod-corpus-demo'

/** `allod corpus demo`: the commands that a corpus needs from raw texts to a published data set, one after another, on texts that are here already. */
export const demo: Command = {
  name: 'corpus demo',
  summary: 'Builds and publishes a small corpus in some forty languages from texts on this machine, offline, and says where to look.',
  usage: ['corpus demo [--data DIR]'],
  options: { data: { value: 'DIR', text: `folder for all of it, the data directory too (default: ./${DEFAULT_FOLDER})` } },
  async run(given, terminal) {
    const began = performance.now()
    const folder = resolve(given.text('data') ?? DEFAULT_FOLDER)
    const file = declare(folder)
    const heard = given.flag('json') ? { ...terminal, out: () => {}, error: () => {}, isTerminal: false } : terminal
    for (const [command, words] of commands(relative(process.cwd(), file), relative(process.cwd(), folder) || '.')) {
      const line = ['allod', command.name, ...words].join(' ')
      heard.out(`\n${paint(terminal, 'bold', line)}`)
      const code = await runCommand(command, words, heard)
      // `coverage` says no where something is missing, which is what it is asked here.
      if (code === EXIT.ok || command === coverage) continue
      terminal.error(`allod corpus demo: \`${line}\` ended with ${code}`)
      return code
    }
    const version = join(folder, 'corpus', 'datasets', 'open', '1.0.0')
    const places = { card: join(version, 'README.md'), coverage: join(folder, 'coverage.html'), declaration: file, dataSet: version }
    if (given.flag('json')) terminal.out(JSON.stringify(places))
    else
      terminal.out(
        [
          '',
          `In ${duration(performance.now() - began)}. Look at`,
          ...Object.entries(places).map(([name, path]) => `  ${name.padEnd(12)}${relative(process.cwd(), path)}`),
        ].join('\n'),
      )
    return EXIT.ok
  },
}

/** What somebody would type. */
const commands = (file: string, data: string): readonly (readonly [Command, readonly string[]])[] => {
  const where = ['--data', data]
  return [
    [run, ['--corpus', file, ...where]],
    [dropped, ['--most', '3', ...where]],
    [coverage, ['--html', join(data, 'coverage.html'), ...where]],
    [publish, ['open', ...where]],
    [may, ['open', 'train', ...where]],
    [verify, [join(data, 'corpus', 'datasets', 'open', '1.0.0'), ...where]],
  ]
}

/** Writes the generated texts and the declaration; one that is there already is left as it is. */
const declare = (folder: string): string => {
  const file = join(folder, 'corpus.yaml')
  try {
    mkdirSync(folder, { recursive: true })
    const sources = demoSources(folder)
    if (!existsSync(file)) writeFileSync(file, stringify(declaration(sources), { lineWidth: 0 }))
    return file
  } catch (thrown) {
    throw new UsageFailure(`cannot write to \`${folder}\`: ${codeOf(thrown) || String(thrown)}`)
  }
}

const GUIDES = { 'too-few-letters': 0.4 }
/** To each language the same, with a little left for rounding. */
const SHARE = Math.floor(1e4 / DEMO_LANGUAGES.length) / 1e4

const declaration = (sources: object): object => ({
  corpus: 'demo',
  languages: DEMO_LANGUAGES,
  sources,
  // The guides are full of commands and tables, which rules made for the web take for noise.
  quality: { thresholds: { '*': GUIDES } },
  personalData: { mode: 'pseudonymise', names: 'titled' },
  target: { language: Object.fromEntries(DEMO_LANGUAGES.map((tag) => [tag, SHARE])) },
  dataSets: {
    open: {
      title: 'Demonstration, open texts',
      description: 'Human rights and guides, for all to read and to learn from.',
      for: ['publish', 'train'],
    },
  },
})
