import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestDigest } from '../../corpus/publish/assemble.ts'
import { epochsOf } from '../../corpus/publish/checkpoint.ts'
import { batchFile, batchOf, type ExportDocument, parseExport } from '../../corpus/publish/export.ts'
import type { Digest } from '../../corpus/sections.ts'
import { attempt, namesIn } from '../../store/corpus-files.ts'
import { type Command, EXIT, UsageFailure } from '../command.ts'
import { checkpointsIn } from './checkpoints.ts'
import { allDataSets, indexOf } from './data-sets.ts'
import { corpusFolder, DATA_OPTION } from './ground.ts'
import { rowsBefore } from './rows-before.ts'

/** `allod corpus who-saw`: which versions, exports and checkpoints consumed a document. Exit code 1: none did. */
export const whoSaw: Command = {
  name: 'corpus who-saw',
  summary: 'Which data sets, exports and checkpoints of models consumed a document: a look into indexes, not a search of texts.',
  usage: ['corpus who-saw <document>'],
  options: DATA_OPTION,
  examples: ['corpus who-saw 9f86d081884c7d65'],
  async run(given, terminal) {
    const [named, ...more] = given.positionals
    if (named === undefined || more.length > 0 || !ID.test(named))
      throw new UsageFailure(`give the id of one document, or its first ${FEWEST} characters or more`)
    const found = seenBy(corpusFolder(given), named)
    if (given.flag('json')) terminal.out(JSON.stringify(found))
    else if (found.length === 0) terminal.error(`no published data set has a document \`${named}\``)
    else for (const each of found) terminal.out(linesOf(each).join('\n'))
    return found.length > 0 ? EXIT.ok : EXIT.no
  },
}
const FEWEST = 8
const ID = /^[0-9a-f]{8,64}$/

/** One row of one version, and who consumed it. */
export type Seen = {
  readonly document: Digest
  readonly dataSet: string
  readonly row: number
  readonly exports: readonly {
    readonly use: string
    readonly place: string | null
    readonly day: string
    readonly batch: number
    readonly file: string
  }[]
  readonly checkpoints: readonly { readonly model: string; readonly checkpoint: string; readonly made: string; readonly epochs: number }[]
}

/** All rows whose id begins so, in every version that is kept. */
export const seenBy = (corpus: string, named: string): readonly Seen[] => {
  const [exported, checkpoints] = [exportsIn(corpus), checkpointsIn(corpus)]
  return allDataSets(corpus).flatMap(({ folder, manifest }) => {
    const index = indexOf(folder)
    if (!index.ok) throw new UsageFailure(index.error.message)
    const dataSet = `${manifest.name}@${manifest.version}`
    const [current, before] = [manifestDigest(manifest), rowsBefore(corpus, dataSet)]
    return index.value.rowsOf(named).map(
      (row): Seen => ({
        document: index.value.idAt(row),
        dataSet,
        row,
        exports: exported
          .filter((each) => each.dataSet === dataSet)
          .map((each) => {
            const batch = batchOf(each, before.inManifest(row, current, each.manifest as Digest) ?? row)
            return { use: each.use, place: each.place, day: each.day, batch, file: batchFile(batch, each.as) }
          }),
        checkpoints: checkpoints.flatMap((each) => {
          const epochs = epochsOf(each, dataSet, before.onDay(row, each.made))
          return epochs === 0 ? [] : [{ model: each.model, checkpoint: each.checkpoint, made: each.made, epochs }]
        }),
      }),
    )
  })
}

/** Every export that was ever begun. */
export const exportsIn = (corpus: string): readonly ExportDocument[] => {
  const folder = join(corpus, 'exports')
  const names = attempt('list', folder, () => namesIn(folder).filter((name) => name.endsWith('.json')))
  if (!names.ok) throw new UsageFailure(names.error.message)
  return names.value.map((name) => {
    const path = join(folder, name)
    const text = attempt('read', path, () => readFileSync(path, 'utf8'))
    const parsed = text.ok ? parseExport(text.value, path) : text
    if (!parsed.ok) throw new UsageFailure(parsed.error.message)
    return parsed.value
  })
}

const linesOf = ({ document, dataSet, row, exports, checkpoints }: Seen): readonly string[] => [
  `${dataSet}  row ${row}  ${document}`,
  ...exports.map(({ use, place, day, file }) => `  exported ${day} for ${use}${place === null ? '' : ` to ${place}`}, in ${file}`),
  ...checkpoints.map(
    ({ model, checkpoint, made, epochs }) => `  seen by ${model}/${checkpoint} of ${made}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
  ),
]
