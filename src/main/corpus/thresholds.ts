// `allod corpus thresholds`: reads the thresholds of each language off reference texts of the owner's, as the last run measured them.
import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import { thresholdsFor } from '../../corpus/judge.ts'
import { MEASURES } from '../../corpus/kernel/measures.ts'
import { NO_LANGUAGE } from '../../corpus/language/model.ts'
import type { Thresholds } from '../../corpus/quality/rules.ts'
import { FEWEST_DOCUMENTS, Tuning } from '../../corpus/quality/tuned.ts'
import { namesIn, openPack } from '../../corpus/run/examine.ts'
import { blockKey } from '../../corpus/run/keys.ts'
import { type Digest, section } from '../../corpus/sections.ts'
import { codeOf } from '../../store/durable.ts'
import { type Command, EXIT, type Given, UsageFailure } from '../command.ts'
import { corpusFolder, DATA_OPTION } from './ground.ts'
import { type FinishedRun, lastRun } from './harvest.ts'

const DEFAULT_FILE = 'thresholds.yaml'
const DEFAULT_SHARE = 0.01

export const thresholds: Command = {
  name: 'corpus thresholds',
  summary: 'Reads the thresholds of quality for each language off your reference texts, and writes them to a file that corpus.yaml names.',
  usage: ['corpus thresholds [--sources NAMES] [--share N] [--out FILE]'],
  options: {
    sources: { value: 'NAMES', text: 'sources whose texts are good, with commas (default: all of the last run)' },
    share: { value: 'N', text: `the share of good texts that may break each single limit (default: ${DEFAULT_SHARE})` },
    out: { value: 'FILE', text: `where to write them (default: ./${DEFAULT_FILE})` },
    ...DATA_OPTION,
  },
  examples: ['corpus thresholds --sources laws,novels'],
  async run(given, terminal) {
    if (given.positionals.length > 0) throw new UsageFailure('name the sources with --sources')
    const share = shareGiven(given)
    const run = lastRun(corpusFolder(given))
    const sources = sourcesGiven(given, run)
    const tunings = gatherTunings(run, sources)
    if (!tunings.ok) throw new UsageFailure(tunings.error.message)
    const languages = [...tunings.value]
      .filter(([, { documents }]) => documents >= FEWEST_DOCUMENTS)
      .sort(([one], [other]) => (one < other ? -1 : 1))
    const few = [...tunings.value].filter(([, { documents }]) => documents < FEWEST_DOCUMENTS)
    if (few.length > 0) {
      const named = few.map(([language, { documents }]) => `${language} ${documents}`).join(', ')
      terminal.error(`too few documents to read thresholds off, which takes ${FEWEST_DOCUMENTS}: ${named}; the published ones hold on`)
    }
    if (languages.length === 0)
      throw new UsageFailure(`no language has ${FEWEST_DOCUMENTS} documents; add reference texts as a source and run again`)
    const { profile } = run.document.declaration.quality
    const held = { profile, languages: null, scores: {}, thresholds: {} }
    const rows = languages.map(([language, tuning]) => ({ language, tuning, now: thresholdsFor(held, language) }))
    const tuned = {
      scores: Object.fromEntries(rows.map(({ language, tuning }) => [language, tuning.score(share)])),
      thresholds: Object.fromEntries(rows.map(({ language, tuning, now }) => [language, tuning.thresholds(now, share)])),
    }
    const out = given.text('out') ?? DEFAULT_FILE
    write(
      out,
      `# From run ${run.document.run}, sources ${sources.join(', ')}: each limit leaves ${share} of their texts outside.\n${stringify(tuned)}`,
    )
    if (given.flag('json')) terminal.out(JSON.stringify({ file: out, ...tuned }))
    else {
      for (const { language, tuning, now } of rows)
        terminal.out(`${language}  ${tuning.documents} documents; ${changesText(now, tuned.thresholds[language] ?? {})}`)
      terminal.out(`wrote ${out}; name it in corpus.yaml as \`quality: { tuned: ${out} }\`, and the next run judges by it`)
    }
    return EXIT.ok
  },
}

const shareGiven = (given: Given): number => {
  const share = Number(given.text('share') ?? DEFAULT_SHARE)
  if (!(share > 0 && share < 0.5)) throw new UsageFailure('--share must be a number above 0 and below 0.5, such as 0.01')
  return share
}

const sourcesGiven = (given: Given, { document }: FinishedRun): readonly string[] => {
  const known = Object.keys(document.declaration.sources)
  const named = given.text('sources')?.split(',') ?? known
  const unknown = named.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new UsageFailure(`the last run has no source \`${unknown}\`; it has ${known.join(', ')}`)
  return named
}

const write = (file: string, content: string): void => {
  try {
    writeFileSync(file, content)
  } catch (thrown) {
    throw new UsageFailure(`cannot write \`${file}\`: ${codeOf(thrown)}`)
  }
}

const MOST_CHANGES = 5
/** The largest changes first, by their ratio. */
const changesText = (now: Thresholds, tuned: Thresholds): string => {
  const changes = Object.entries(tuned).map(([rule, to]) => ({ rule, from: now[rule as keyof Thresholds] ?? 0, to: to ?? 0 }))
  const ratio = ({ from, to }: { from: number; to: number }) => Math.abs(Math.log((to + 0.001) / (from + 0.001)))
  return changes
    .sort((one, other) => ratio(other) - ratio(one) || (one.rule < other.rule ? -1 : 1))
    .slice(0, MOST_CHANGES)
    .map(({ rule, from, to }) => `${rule} ${from} → ${to}`)
    .join(', ')
}

/** Measures and scores of the documents of these sources, by the language that was found. */
const gatherTunings = (run: FinishedRun, sources: readonly string[]): Result<ReadonlyMap<string, Tuning>, CorpusFailure> => {
  const tunings = new Map<string, Tuning>()
  for (const digest of run.packs) {
    const added = addPack(run, digest, { sources, tunings })
    if (!added.ok) return added
  }
  return ok(tunings)
}

const addPack = (
  run: FinishedRun,
  digest: Digest,
  { sources, tunings }: { readonly sources: readonly string[]; readonly tunings: Map<string, Tuning> },
): Result<void, CorpusFailure> => {
  const keys = { language: blockKey(run.search, digest, 'language'), quality: blockKey(run.search, digest, 'quality') }
  if (keys.language === undefined || keys.quality === undefined)
    throw new UsageFailure('the last run measured no quality: its pipeline lacks `language` or `quality`')
  const [pack, language, quality] = [
    openPack(run.storage, digest),
    run.storage.read('steps', keys.language),
    run.storage.read('steps', keys.quality),
  ]
  if (!pack.ok) return pack
  if (!language.ok) return language
  if (!quality.ok) return quality
  const names = namesIn(language.value, 'languages')
  const places = section(language.value, 'language', Uint16Array)
  const scores = section(language.value, 'score', Float32Array)
  const values = section(quality.value, 'values', Float32Array)
  if (!names.ok) return names
  if (!places.ok) return places
  if (!scores.ok) return scores
  if (!values.ok) return values
  for (let index = 0; index < pack.value.count; index++) {
    const name = names.value[places.value[index] ?? 0] ?? NO_LANGUAGE
    if (name === NO_LANGUAGE || !sources.includes(pack.value.originOf(index).source)) continue
    const tuning = tunings.get(name) ?? new Tuning()
    tunings.set(name, tuning)
    tuning.add(values.value.subarray(index * MEASURES.length, (index + 1) * MEASURES.length), scores.value[index] ?? 0)
  }
  return ok(undefined)
}
