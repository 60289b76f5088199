import { existsSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { isName } from '../../core/ids.ts'
import { may } from '../../corpus/law/may.ts'
import { mayText } from '../../corpus/law/text.ts'
import { CHECKPOINT_FORMAT, type Checkpoint } from '../../corpus/publish/checkpoint.ts'
import { COLUMNS, type DatasetRow } from '../../corpus/publish/row.ts'
import { Encoder } from '../../corpus/tokenizer/encode.ts'
import { Measuring, TOKENIZER_FORMAT, type TokenizerReport } from '../../corpus/tokenizer/fertility.ts'
import { configJson, roomIn, type TokenizerSettings, tokenizerJson } from '../../corpus/tokenizer/file.ts'
import { cutter, DIGIT_RULES } from '../../corpus/tokenizer/pieces.ts'
import { balance, PieceCounts, train } from '../../corpus/tokenizer/train.ts'
import { attempt, makeFolder, syncFolder, writeDurably } from '../../store/corpus-files.ts'
import { createRowTables } from '../../store/corpus-parquet.ts'
import { type Command, EXIT, type Given, type Terminal, UsageFailure } from '../command.ts'
import { EXCHANGE_OPTIONS } from '../owner.ts'
import { checkpointFolder } from './checkpoints.ts'
import { corpusGround } from './corpus-law.ts'
import { type DataSet, dataSetNamed } from './data-sets.ts'
import { corpusFolder } from './ground.ts'
import { publishedSubject } from './may.ts'
import { size } from './progress.ts'

const DEFAULTS = { vocabulary: 32_768, special: ['<|end|>'], sample: 200 }
const MOST_VOCABULARY = 1_000_000
const MEGABYTE = 1_000_000

/** `allod corpus tokenizer`: a byte-level BPE tokenizer from a published data set, and what each language pays with it. */
export const tokenizer: Command = {
  name: 'corpus tokenizer',
  summary:
    'Trains a byte-level BPE tokenizer on a published data set: `tokenizer.json` for Hugging Face, and tokens a word for each language.',
  usage: ['corpus tokenizer <data set|data set@version> <folder>'],
  options: {
    vocabulary: { value: 'N', text: `tokens in all, special ones and 256 bytes among them (default: ${DEFAULTS.vocabulary})` },
    special: { value: 'TOKEN', text: 'a special token, the first ends a text; may stand several times (default: <|end|>)', multiple: true },
    digits: { value: 'RULE', text: `digits of one token: ${DIGIT_RULES.join(', ')} (default: 3)` },
    balance: { value: 'POWER', text: 'from 1, languages count as they are, to 0, all alike (default: 1)' },
    sample: { value: 'MB', text: `megabytes of text to learn from (default: ${DEFAULTS.sample})` },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['corpus tokenizer laws own-tokenizer --vocabulary 48000 --digits 1'],
  async run(given, terminal) {
    const [name, folder, ...more] = given.positionals
    if (name === undefined || folder === undefined || more.length > 0)
      throw new UsageFailure('give a published data set and an empty folder')
    const settings = settingsIn(given)
    const called = basename(resolve(folder))
    if (!isName(called))
      throw new UsageFailure(`\`${called}\` is no name for a tokenizer; use lower case letters, digits, \`.\`, \`_\`, \`-\``)
    if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageFailure(`\`${folder}\` is not empty`)
    const ground = corpusGround(given, terminal)
    if (ground === undefined) return EXIT.usage
    const corpus = corpusFolder(given)
    const dataSet = dataSetNamed(corpus, name)
    const { groups, altered, name: title } = publishedSubject(dataSet.manifest)
    const answer = may(groups, { use: 'train', place: null, commercial: false, altered, day: ground.day }, ground.law)
    if (answer.verdict !== 'yes') {
      terminal.error(mayText(title, answer).join('\n'))
      return EXIT.no
    }
    const trained = await trainOn(dataSet, settings, called)
    write(resolve(folder), {
      'tokenizer.json': trained.tokenizer,
      'tokenizer_config.json': configJson(settings),
      'fertility.json': `${JSON.stringify(trained.report, null, 2)}\n`,
    })
    registerIn(corpus, { name: called, dataSet: title, rows: trained.rows, day: ground.day })
    show(trained.report, folder, given, terminal)
    return EXIT.ok
  },
}

const settingsIn = (given: Given): TokenizerSettings & { readonly bytes: number; readonly power: number } => {
  const vocabulary = Number(given.text('vocabulary') ?? DEFAULTS.vocabulary)
  const digits = DIGIT_RULES.find((rule) => rule === (given.text('digits') ?? '3'))
  const megabytes = Number(given.text('sample') ?? DEFAULTS.sample)
  const power = Number(given.text('balance') ?? 1)
  const named = given.texts('special')
  const special = named.length > 0 ? named : DEFAULTS.special
  if (digits === undefined) throw new UsageFailure(`--digits must be ${DIGIT_RULES.join(', ')}`)
  if (!(power >= 0 && power <= 1)) throw new UsageFailure('--balance must be from 0 to 1')
  if (!(megabytes > 0)) throw new UsageFailure('--sample must be a number of megabytes above 0')
  if (new Set(special).size < special.length || special.some((token) => !/^<.+>$|^\[.+\]$/u.test(token)))
    throw new UsageFailure('a special token stands once, in angle or square brackets, such as `<|user|>`, so that no text is taken for it')
  if (!Number.isSafeInteger(vocabulary) || vocabulary > MOST_VOCABULARY || roomIn({ vocabulary, special }) < 1)
    throw new UsageFailure(
      `--vocabulary must leave room beside ${special.length} special tokens and 256 bytes, and be at most ${MOST_VOCABULARY}`,
    )
  return { vocabulary, special, digits, bytes: megabytes * MEGABYTE, power }
}

/** Of so many documents, one in twenty is kept for measuring. */
const HELD_OUT_FROM = 1000
const isHeldOut = ({ id }: DatasetRow): boolean => Number.parseInt(id.slice(-4), 16) % 20 === 0

type Trained = { readonly tokenizer: string; readonly report: TokenizerReport; readonly rows: number }

const trainOn = async (dataSet: DataSet, settings: ReturnType<typeof settingsIn>, name: string): Promise<Trained> => {
  const { manifest } = dataSet
  const heldOut = manifest.documents.count >= HELD_OUT_FROM
  const cut = cutter(settings.digits)
  const pieces = new PieceCounts()
  const weights = balance(new Map(manifest.languages.map(({ name: language, bytes }) => [language ?? 'und', bytes])), settings.power)
  let learntFrom = 0
  const rows = await eachRow(dataSet, settings.bytes, (row) => {
    if (heldOut && isHeldOut(row)) return
    learntFrom++
    const weight = weights.get(languageOf(row)) ?? 1
    for (const piece of cut(textOf(row))) pieces.add(piece, weight)
  })
  const merges = train(pieces, roomIn(settings))
  const measuring = new Measuring(new Encoder(merges, settings.digits))
  await eachRow(dataSet, settings.bytes, (row) => {
    if (!heldOut || isHeldOut(row)) measuring.add(languageOf(row), row.text)
  })
  const { special, digits, vocabulary } = settings
  const languages = [...measuring.rows()]
  const dataSetName = `${manifest.name}@${manifest.version}`
  const report: TokenizerReport = {
    format: TOKENIZER_FORMAT,
    name,
    dataSet: dataSetName,
    vocabulary,
    merges: merges.length,
    special: [...special],
    digits,
    balance: settings.power,
    learntFrom,
    heldOut,
    languages,
  }
  return { tokenizer: tokenizerJson(merges, settings), report, rows }
}

const languageOf = ({ cells }: DatasetRow): string => String(cells.get('language') ?? 'und')
const textOf = ({ text }: DatasetRow): string => Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8')

/** Rows in their order until so many bytes of text; sorted by a hash, the first of them are a fair sample. Gives how many. */
const eachRow = async ({ folder, manifest }: DataSet, most: number, see: (row: DatasetRow) => void): Promise<number> => {
  const parts = manifest.files.flatMap(({ path }) => (path.endsWith('.parquet') ? [join(folder, path)] : []))
  let [bytes, rows] = [0, 0]
  for await (const some of createRowTables(COLUMNS).read(parts)) {
    if (!some.ok) throw new UsageFailure(some.error.message)
    for (const row of some.value) {
      if (bytes >= most) return rows
      bytes += row.text.length
      rows++
      see(row)
    }
  }
  return rows
}

const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  const written = attempt('write', folder, () => {
    makeFolder(folder)
    for (const [name, text] of Object.entries(files)) writeDurably(join(folder, name), Buffer.from(text))
    syncFolder(folder)
  })
  if (!written.ok) throw new UsageFailure(written.error.message)
}

/** A tokenizer carries pieces of its texts, so who saw a document tells of it as of a model. */
const registerIn = (
  corpus: string,
  { name, dataSet, rows, day }: { readonly name: string; readonly dataSet: string; readonly rows: number; readonly day: string },
): void => {
  const checkpoint: Checkpoint = {
    format: CHECKPOINT_FORMAT,
    model: name,
    checkpoint: 'tokenizer',
    weights: null,
    made: day,
    consumed: [{ dataSet, from: 0, to: rows, epochs: 1 }],
  }
  const folder = checkpointFolder(corpus)
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}-tokenizer-${number}.json`)
    if (existsSync(path)) continue
    write(folder, { [basename(path)]: `${JSON.stringify(checkpoint)}\n` })
    return
  }
}

const show = (report: TokenizerReport, folder: string, given: Given, terminal: Terminal): void => {
  if (given.flag('json')) {
    terminal.out(JSON.stringify(report))
    return
  }
  const { vocabulary, merges, learntFrom, heldOut, languages } = report
  terminal.out(
    [
      `${vocabulary} tokens from ${merges} merges, learnt from ${learntFrom} documents, in ${folder}`,
      `measured on ${heldOut ? 'documents kept apart' : 'the same documents, for there are few'}`,
      `  ${'language'.padEnd(12)}${'text'.padStart(10)}${'bytes a token'.padStart(16)}${'tokens for 1,000 words'.padStart(26)}${'cost'.padStart(8)}`,
      ...languages.map(
        ({ language, bytes, bytesPerToken, tokensPerThousandWords, cost }) =>
          `  ${language.padEnd(12)}${size(bytes).padStart(10)}${bytesPerToken.toFixed(2).padStart(16)}${(tokensPerThousandWords?.toFixed(0) ?? '').padStart(26)}${(cost?.toFixed(2) ?? '').padStart(8)}`,
      ),
    ].join('\n'),
  )
}
