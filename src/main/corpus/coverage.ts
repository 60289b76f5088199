import { readFileSync, writeFileSync } from 'node:fs'
import type { Result } from '../../core/result.ts'
import type { Confusion } from '../../corpus/coverage/confusion.ts'
import { parseConfusion } from '../../corpus/coverage/confusion-file.ts'
import { amountText, Counting, type Coverage, deficitText, languageName } from '../../corpus/coverage/coverage.ts'
import { DIMENSIONS } from '../../corpus/coverage/target.ts'
import { testIdentifier } from '../../corpus/coverage/testing.ts'
import { APPROXIMATION, type TokenRates } from '../../corpus/coverage/tokens.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { labelsOf } from '../../corpus/publish/harvest.ts'
import { Kinds, kindOf } from '../../corpus/quality/kinds.ts'
import { parseTokenizerReport, ratesOf } from '../../corpus/tokenizer/fertility.ts'
import { attempt } from '../../store/corpus-files.ts'
import { type Command, EXIT, paint, type Terminal, UsageFailure } from '../command.ts'
import { preparedBlocks } from './blocks.ts'
import { coveragePage } from './coverage-page.ts'
import { corpusFolder, DATA_OPTION } from './ground.ts'
import { ALL, type FinishedRun, gather, lastRun, type Wanted } from './harvest.ts'

/** `allod corpus coverage`: what there is by language, region, domain, register and period, against the target mix. Exit code 1 where something is missing. */
export const coverage: Command = {
  name: 'corpus coverage',
  summary: 'Counts tokens by language, region, domain, register and period against the target mix, and lists what is missing.',
  usage: ['corpus coverage [data set] [--html FILE]'],
  options: {
    html: { value: 'FILE', text: 'write it as a page with charts, too' },
    samples: { value: 'FILE', text: 'texts whose language is known, JSONL: tests the run’s identifier on them, and gives ranges' },
    confusion: { value: 'FILE', text: 'what such a test found elsewhere, as JSON' },
    tokenizer: { value: 'FILE', text: '`fertility.json` of a tokenizer of yours: counts tokens at its rates' },
    ...DATA_OPTION,
  },
  examples: ['corpus coverage --html coverage.html', 'corpus coverage --samples known.jsonl'],
  async run(given, terminal) {
    const [name, ...more] = given.positionals
    if (more.length > 0) throw new UsageFailure('give one data set, or none for the whole corpus')
    const corpus = corpusFolder(given)
    const run = lastRun(corpus)
    const samples = given.text('samples')
    const confusion = samples === undefined ? confusionFrom(given.text('confusion')) : await testOn(samples, run, corpus)
    const kinds = new Kinds()
    const counted = countRun(run, wantedIn(run, name), {
      rates: ratesFrom(given.text('tokenizer')),
      kinds,
      ...(confusion && { confusion }),
    })
    const title = name ?? run.document.declaration.corpus
    const file = given.text('html')
    if (file !== undefined) write(file, coveragePage({ title, about: `run ${run.document.run}` }, counted))
    if (given.flag('json')) terminal.out(JSON.stringify({ about: title, run: run.document.run, ...counted, ofOneKind: kinds.flags() }))
    else terminal.out([...textOf(title, counted, terminal), ...kindsText(kinds, terminal)].join('\n'))
    return counted.deficits.length === 0 ? EXIT.ok : EXIT.no
  },
}

const wantedIn = ({ document: { declaration } }: FinishedRun, name: string | undefined): Wanted => {
  if (name === undefined || name === declaration.corpus) return ALL
  const wanted = declaration.dataSets[name]
  if (wanted === undefined) throw new UsageFailure(`the last run declares no data set \`${name}\``)
  return wanted
}

/** What stays of a run, against the target that it declares; `kinds` counts along. */
export const countRun = (
  run: FinishedRun,
  wanted: Wanted,
  { rates, confusion, kinds }: { readonly rates: TokenRates; readonly confusion?: Confusion; readonly kinds?: Kinds },
): Coverage => {
  const counting = new Counting(rates)
  for (const found of gather(run, wanted).harvest()) {
    const labels = found.ok ? labelsOf(found.value) : found
    if (!labels.ok) throw new UsageFailure(labels.error.message)
    if (!found.ok) continue
    const { pack, keeps } = found.value
    for (let index = 0; index < pack.count; index++) {
      if (!keeps(index)) continue
      const [label, bytes] = [labels.value(index), pack.textOf(index).length]
      counting.add(label, bytes)
      if (label.language !== null) kinds?.add(label.language, kindOf(label.domain, pack.originOf(index).source), bytes)
    }
  }
  return counting.report(run.document.declaration.target, confusion)
}

const confusionFrom = (file: string | undefined): Confusion | undefined => (file === undefined ? undefined : readAs(file, parseConfusion))
const ratesFrom = (file: string | undefined): TokenRates =>
  file === undefined ? APPROXIMATION : ratesOf(readAs(file, parseTokenizerReport))

/** The identifier of the run, on texts whose language is known. */
const testOn = async (file: string, { document }: FinishedRun, corpus: string): Promise<Confusion> => {
  const examine = await preparedBlocks(document.pipeline, corpus)('language')
  if (!examine.ok) throw new UsageFailure(examine.error.message)
  return readAs(file, (text, path) => testIdentifier(text, path, examine.value))
}

/** What stands in a file that was named. */
const readAs = <T>(file: string, parse: (text: string, path: string) => Result<T, CorpusFailure>): T => {
  const text = attempt('read', file, () => readFileSync(file, 'utf8'))
  const parsed = text.ok ? parse(text.value, file) : text
  if (parsed.ok) return parsed.value
  throw new UsageFailure(parsed.error.message)
}

const write = (file: string, content: string): void => {
  const written = attempt('write', file, () => writeFileSync(file, content))
  if (!written.ok) throw new UsageFailure(written.error.message)
}

const kindsText = (kinds: Kinds, terminal: Terminal): readonly string[] => {
  const flags = kinds.flags()
  if (flags.length === 0) return []
  return [
    paint(terminal, 'yellow', 'of one kind only'),
    ...flags.map(({ language, kind, share }) => `  ${languageName(language)}: ${Math.round(share * 100)} % of it is ${kind}`),
  ]
}

const MOST = 12

const textOf = (title: string, { whole, tokensFrom, dimensions, deficits }: Coverage, terminal: Terminal): readonly string[] => [
  `${paint(terminal, 'bold', title)}  ${amountText(whole.tokens)} tokens in ${amountText(whole.documents)} documents; ${tokensFrom.says}`,
  ...DIMENSIONS.flatMap((dimension) => {
    const rows = dimensions[dimension].filter(({ name }) => name !== null)
    const shown = rows.slice(0, MOST).map(({ name, tokens, wanted }) => {
      const label = dimension === 'language' ? languageName(name ?? '') : (name ?? '')
      return `  ${amountText(tokens).padStart(8)}  ${label}${wanted === null ? '' : `, wanted ${amountText(wanted)}`}`
    })
    return rows.length === 0 ? [] : [dimension, ...shown, ...(rows.length > MOST ? [`            and ${rows.length - MOST} more`] : [])]
  }),
  ...(deficits.length === 0 ? [] : [paint(terminal, 'yellow', 'missing')]),
  ...deficits.map((each) => `  ${deficitText(each)}${each.sure ? '' : ', if the identifier is right'}`),
]
