import { parseResult, type RunResult } from '../../corpus/run/document.ts'
import type { RunShelf } from '../../corpus/run/ports.ts'
import { type Command, EXIT, paint, type Terminal, UsageFailure } from '../command.ts'
import { corpusFolder, DATA_OPTION, openRuns } from './ground.ts'
import { amount, reasons, size } from './progress.ts'

type Shown = { readonly run: number; readonly state: 'finished' | 'unfinished'; readonly result?: RunResult }

/** `allod corpus status`: the runs of a corpus, the last one first. */
export const status: Command = {
  name: 'corpus status',
  summary: 'Lists the runs of a corpus and what came of them.',
  usage: ['corpus status'],
  options: DATA_OPTION,
  async run(given, terminal) {
    const folder = corpusFolder(given)
    const shown = runsOf(openRuns(folder))
    if (shown.length === 0) {
      terminal.error(`there is no run in \`${folder}\` yet; start one with \`allod corpus run\``)
      return EXIT.no
    }
    if (given.flag('json')) terminal.out(JSON.stringify(shown, null, 2))
    else for (const run of shown) terminal.out(lines(run, terminal).join('\n'))
    return EXIT.ok
  },
}

const runsOf = (runs: RunShelf): readonly Shown[] => {
  const numbers = runs.numbers()
  if (!numbers.ok) throw new UsageFailure(numbers.error.message)
  return numbers.value.toReversed().map((run): Shown => {
    const text = runs.read(run, 'result.json')
    if (!text.ok) throw new UsageFailure(text.error.message)
    if (text.value === undefined) return { run, state: 'unfinished' }
    const result = parseResult(text.value, `runs/${run}/result.json`)
    if (!result.ok) throw new UsageFailure(result.error.message)
    return { run, state: 'finished', result: result.value }
  })
}

const lines = ({ run, result }: Shown, terminal: Terminal): readonly string[] => {
  const name = paint(terminal, 'bold', `run ${run}`)
  if (result === undefined) return [`${name}  not finished; \`allod corpus run\` goes on with it`]
  const counts = reasons(result)
  return [
    `${name}  ${amount(result.documents)} documents, ${size(result.bytes)} of text${result.refused > 0 ? `, ${amount(result.refused)} unreadable` : ''}`,
    ...(counts.length > 0 ? [`  dropped: ${counts.join(', ')}`] : []),
  ]
}
