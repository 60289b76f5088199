import { renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import { may } from '../../corpus/law/may.ts'
import { mayText } from '../../corpus/law/text.ts'
import { manifestDigest } from '../../corpus/publish/assemble.ts'
import { BATCH_FORMATS, EXPORT_FORMAT, type ExportDocument, exportText } from '../../corpus/publish/export.ts'
import { attempt, makeFolder, syncFolder, writeDurably } from '../../store/corpus-files.ts'
import { type Command, EXIT, type Given, UsageFailure } from '../command.ts'
import { sha256Hex } from '../digest.ts'
import { EXCHANGE_OPTIONS, performInAny } from '../owner.ts'
import { corpusGround, placeGiven } from './corpus-law.ts'
import { dataSetNamed } from './data-sets.ts'
import { writeBatches } from './exporting.ts'
import { corpusFolder } from './ground.ts'
import { publishedSubject } from './may.ts'
import { amount } from './progress.ts'
import { failed } from './run.ts'

const EXPORT_USES = ['train', 'export', 'send'] as const
const DEFAULT_ROWS = 10_000
const MOST_ROWS = 1_000_000

/** `allod corpus export`: a data set in batches, for a trainer or for somebody else, where its law allows that. Exit code 1 where it does not. */
export const exportCommand: Command = {
  name: 'corpus export',
  summary:
    'Writes a published data set as batches for training, with a log of the documents in each; recorded, so that it is known who got what.',
  usage: ['corpus export <data set|data set@version> <folder> [--for train|export|send] [--where COUNTRY]'],
  options: {
    for: { value: 'USE', text: `${EXPORT_USES.join(', ')} (default: train)` },
    where: { value: 'COUNTRY', text: 'where it goes (default: home)' },
    format: { value: 'FORMAT', text: `${BATCH_FORMATS.join(', ')} (default: jsonl)` },
    rows: { value: 'N', text: `documents in a batch (default: ${DEFAULT_ROWS})` },
    commercial: { text: 'for commercial advantage or payment' },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['corpus export laws batches', 'corpus export laws@1.0.0 batches --for export --where FR'],
  async run(given, terminal) {
    const [name, folder, ...more] = given.positionals
    if (name === undefined || folder === undefined || more.length > 0) throw new UsageFailure('give a data set and an empty folder')
    const ground = corpusGround(given, terminal)
    if (ground === undefined) return EXIT.usage
    const corpus = corpusFolder(given)
    const dataSet = dataSetNamed(corpus, name)
    const document = documentFor(dataSet.manifest, given, ground.day)
    const { groups, altered, name: title } = publishedSubject(dataSet.manifest)
    const question = { use: document.use, place: document.place, commercial: given.flag('commercial'), altered, day: ground.day }
    const answer = may(groups, question, ground.law)
    if (answer.verdict !== 'yes') {
      terminal.error(mayText(title, answer).join('\n'))
      return EXIT.no
    }
    // INVARIANT(G2): the record is durable before the first byte lies where somebody can take it away.
    const recorded = await performInAny('data-set/export', recordOf(dataSet.manifest, document), given, terminal)
    if (recorded?.ok !== true) {
      terminal.error(
        `allod corpus export: it could not be recorded, and nothing was written${recorded?.ok === false ? `: ${recorded.error.message}` : ''}`,
      )
      return EXIT.unavailable
    }
    const kept = keep(corpus, document)
    const written = kept.ok ? await writeBatches(dataSet, resolve(folder), document) : kept
    if (!written.ok) return failed(written.error, terminal)
    if (given.flag('json')) terminal.out(exportText(document).trimEnd())
    else
      terminal.out(
        `${amount(document.documents)} documents of ${document.dataSet} in ${document.batches} batches, in ${folder}; which stands where: batches.jsonl`,
      )
    return EXIT.ok
  },
}

const documentFor = (manifest: Parameters<typeof manifestDigest>[0], given: Given, day: string): ExportDocument => {
  const use = EXPORT_USES.find((each) => each === (given.text('for') ?? 'train'))
  const as = BATCH_FORMATS.find((each) => each === (given.text('format') ?? 'jsonl'))
  const rows = Number(given.text('rows') ?? DEFAULT_ROWS)
  if (use === undefined) throw new UsageFailure(`--for must be ${EXPORT_USES.join(', ')}`)
  if (as === undefined) throw new UsageFailure(`--format must be ${BATCH_FORMATS.join(' or ')}`)
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > MOST_ROWS) throw new UsageFailure(`--rows must be from 1 to ${MOST_ROWS}`)
  const { count } = manifest.documents
  return {
    format: EXPORT_FORMAT,
    dataSet: `${manifest.name}@${manifest.version}`,
    manifest: manifestDigest(manifest),
    use,
    place: placeGiven(given.text('where')),
    day,
    as,
    rows,
    documents: count,
    batches: Math.ceil(count / rows),
  }
}

const recordOf = (
  { name, version }: Parameters<typeof manifestDigest>[0],
  { manifest, use, place, documents }: ExportDocument,
): JsonObject => ({
  name,
  version,
  manifest,
  use,
  documents,
  ...(place !== null && { place }),
})

/** What went out is known here: `exports/<digest>.json`. The same export twice is one file. */
const keep = (corpus: string, document: ExportDocument) => {
  const text = exportText(document)
  const path = join(corpus, 'exports', `${sha256Hex(text)}.json`)
  return attempt('write', path, () => {
    makeFolder(join(corpus, 'exports'))
    replaceDurably(path, text)
  })
}

const replaceDurably = (path: string, text: string): void => {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeDurably(draft, Buffer.from(text))
  renameSync(draft, path)
  syncFolder(join(path, '..'))
}
