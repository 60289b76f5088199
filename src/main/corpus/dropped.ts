import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { type Command, EXIT, type Given, type Terminal, UsageFailure } from '../command.ts'
import { corpusFolder, DATA_OPTION, openRuns } from './ground.ts'
import { lastFinished, runNumber } from './history.ts'
import { amount } from './progress.ts'

const FILTERS = ['rule', 'language', 'source', 'document'] as const

/** `allod corpus dropped`: the file that a run writes, filtered; an editor who disagrees finds the place of each text there. */
export const dropped: Command = {
  name: 'corpus dropped',
  summary: 'Tells which documents a run dropped: the rule, what was measured, the threshold, the language, and where the text lies.',
  usage: ['corpus dropped [--rule NAME] [--language TAG] [--source NAME] [--document ID] [--most N]'],
  options: {
    rule: { value: 'NAME', text: 'only what this rule dropped' },
    language: { value: 'TAG', text: 'only documents in this language' },
    source: { value: 'NAME', text: 'only documents of this source' },
    document: { value: 'ID', text: 'only this document, or those whose id begins so' },
    most: { value: 'N', text: 'at most so many (default: 100; 0: all)' },
    run: { value: 'N', text: 'of this run (default: the last that finished)' },
    ...DATA_OPTION,
  },
  examples: ['corpus dropped --rule duplicate --language et'],
  async run(given, terminal) {
    const folder = corpusFolder(given)
    const asked = given.text('run')
    const run = asked === undefined ? lastFinished(openRuns(folder)) : runNumber(asked)
    if (run === undefined) throw new UsageFailure(`no run in \`${folder}\` is finished; start one with \`allod corpus run\``)
    return show(join(folder, 'runs', String(run).padStart(4, '0'), 'dropped.jsonl'), given, terminal)
  },
}

const DEFAULT_MOST = 100

const show = async (path: string, given: Given, terminal: Terminal) => {
  const most = Number(given.text('most') ?? DEFAULT_MOST)
  if (!Number.isSafeInteger(most) || most < 0) throw new UsageFailure('--most must be a whole number, such as 20')
  const wanted = FILTERS.flatMap((field) => (given.text(field) === undefined ? [] : [[field, given.text(field) ?? ''] as const]))
  const stream = createReadStream(path)
  const opened = await Promise.race([once(stream, 'open').then(() => true), once(stream, 'error').then(() => false)]).catch(() => false)
  if (!opened) throw new UsageFailure(`\`${path}\` cannot be read; the run wrote no such file`)
  let found = 0
  for await (const line of createInterface({ input: stream })) {
    const row = parseJson(line)
    if (!row.ok || !isJsonObject(row.value) || !fits(row.value, wanted)) continue
    found++
    if (most > 0 && found > most) continue
    terminal.out(given.flag('json') ? line : sentence(row.value))
  }
  if (most > 0 && found > most) terminal.error(`and ${amount(found - most)} more; see all with \`--most 0\``)
  if (found === 0) terminal.error('no document that was dropped fits')
  return found > 0 ? EXIT.ok : EXIT.no
}

const fits = (row: JsonObject, wanted: readonly (readonly [string, string])[]): boolean =>
  wanted.every(([field, text]) => (field === 'document' ? String(row[field]).startsWith(text) : row[field] === text))

/** One document in a line: where it lies, and why it is not in the corpus. */
const sentence = (row: JsonObject): string => {
  const place = `${String(row.source)}/${String(row.file)} byte ${String(row.offset)}${row.name ? ` (${String(row.name)})` : ''}`
  const language = row.language ? `, ${String(row.language)}` : ''
  if (typeof row.reason === 'string') return `${place}: ${String(row.rule)}: ${row.reason}`
  const measured = row.value === undefined ? '' : ` ${String(row.value)}, threshold ${String(row.threshold)}`
  const more = Array.isArray(row.more) ? `, and ${row.more.length} more` : ''
  return `${place}${language}: ${String(row.rule)}${measured}${more}${row.kept ? `, kept is ${String(row.kept)}` : ''}`
}
