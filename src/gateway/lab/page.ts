// Reports for people: one endpoint, and "can I use" over all.
import type { JsonObject } from '../../core/json.ts'
import type { Finding, Verdict } from './experiment.ts'
import { EXPERIMENTS } from './experiments/index.ts'
import type { Report } from './report.ts'

/** One endpoint as Markdown. The numbers in brackets are those of the transcripts in the file. */
export const reportPage = (report: Report): string => {
  const { endpoint, model, modelThere, dialect, provider, place, day, ending, spent, simulated } = report
  const who = provider === null ? '' : `, ${provider}${place === null ? '' : ` at ${place}`}`
  return [
    `# ${plain(endpoint)}/${plain(model)}`,
    '',
    `Measured on ${day} as \`${plain(modelThere)}\` in \`${dialect}\`${plain(who)}, with ${spent.calls} calls.${simulated ? ' A simulation answered in its place.' : ''}`,
    ...(ending === 'complete' ? [] : ['', `The run did not come to its end (${ending}).`]),
    ...report.experiments.flatMap(({ id, findings }) => ['', `## ${titleOf(id)}`, '', ...tableOf(findings)]),
    '',
  ].join('\n')
}

const tableOf = (findings: readonly Report['experiments'][number]['findings'][number][]): readonly string[] => {
  if (findings.length === 0) return ['Nothing here can be asked in this dialect.']
  const rows = findings.map(
    ({ aspect, verdict, says, evidence }) =>
      `| ${aspect} | ${verdict} | ${cell(says)} | ${evidence
        .slice(0, 5)
        .map((index) => `[${index}]`)
        .join('')} |`,
  )
  return ['| asked | verdict | what was found | evidence |', '| --- | --- | --- | --- |', ...rows]
}

const titleOf = (id: string): string => {
  const known = EXPERIMENTS.find((experiment) => experiment.id === id)
  if (known === undefined) return id
  return known.number === undefined ? known.title : `${known.number}. ${known.title}`
}

const plain = (text: string): string => text.replace(/[\r\n`<>]/g, ' ')
/** What an endpoint said must not become markup of ours. */
const cell = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')

/** One experiment of one endpoint in a word: the verdict that tells most, with how many others there are. */
export type Summary = { readonly verdict: Verdict; readonly mixed: boolean; readonly says: string }
export type OverviewRow = {
  readonly id: string
  readonly number: number | undefined
  readonly title: string
  readonly cells: readonly (Summary | undefined)[]
}
export type Overview = {
  readonly columns: readonly { readonly endpoint: string; readonly model: string; readonly day: string }[]
  readonly rows: readonly OverviewRow[]
}

/** Deviation first: what is honoured beside it needs no attention. */
const ORDER: readonly Verdict[] = ['ignores', 'rejects', 'emulated', 'honours', 'unknown']

export const summarise = (
  all: readonly Pick<Finding, 'verdict' | 'aspect' | 'says'>[],
  foreign: readonly string[] = [],
): Summary | undefined => {
  const turnedAway = (finding: (typeof all)[number]) =>
    foreign.includes(finding.aspect) && (finding.verdict === 'rejects' || finding.verdict === 'ignores')
  const findings = all.filter((finding) => !turnedAway(finding))
  const told = ORDER.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict))
  const [first] = told
  if (first === undefined) return undefined
  const kinds = new Set(told.flatMap(({ verdict }) => (verdict === 'unknown' ? [] : [verdict])))
  return { verdict: first.verdict, mixed: kinds.size > 1, says: `${first.aspect}: ${first.says}` }
}

/** "Can I use" over these reports, one column each, in the order of endpoints; classes first. */
export const overviewOf = (reports: readonly Report[]): Overview => {
  const sorted = [...reports].sort((a, b) => (`${a.endpoint}/${a.model}` < `${b.endpoint}/${b.model}` ? -1 : 1))
  const numbered = EXPERIMENTS.filter(({ number }) => number !== undefined).sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
  const rows = [...numbered, ...EXPERIMENTS.filter(({ number }) => number === undefined)].map(({ id, number, title, foreign }) => ({
    id,
    number,
    title,
    cells: sorted.map((report) => summarise(report.experiments.find((experiment) => experiment.id === id)?.findings ?? [], foreign)),
  }))
  return { columns: sorted.map(({ endpoint, model, day }) => ({ endpoint, model, day })), rows }
}

const wordOf = (summary: Summary | undefined): string => (summary === undefined ? '–' : `${summary.verdict}${summary.mixed ? ' *' : ''}`)

/** The overview as a Markdown table, one line for each endpoint. A star says that not everything in the class is so. */
export const overviewMarkdown = (reports: readonly Report[]): string => {
  const { columns, rows } = overviewOf(reports)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const asked = rows.filter(({ cells }) => cells.some((each) => each !== undefined))
  return [
    line(['', ...asked.map(({ id, number }) => (number === undefined ? id : `${number}. ${id}`))]),
    line(['---', ...asked.map(() => '---')]),
    ...columns.map(({ endpoint, model }, column) =>
      line([`${plain(endpoint)} \`${plain(model)}\``, ...asked.map(({ cells }) => wordOf(cells[column]))]),
    ),
  ].join('\n')
}

/** For programs: what `/lab` serves as JSON. Transcripts stay in the files, and where an endpoint stands is its owner's affair. */
export const labJson = (reports: readonly Report[]): JsonObject => ({
  reports: reports.map(({ transcripts: _, unasked: __, address: ___, ...report }) => report) as unknown as JsonObject[],
})

/** For people: what `/lab` serves as a page. Needs no script, and loads nothing. */
export const labHtml = (reports: readonly Report[]): string => {
  const { columns, rows } = overviewOf(reports)
  const head = columns.map(
    ({ endpoint, model, day }) =>
      `<th scope="col">${escaped(endpoint)}<br><code>${escaped(model)}</code><br><time>${escaped(day)}</time></th>`,
  )
  const body = rows.map(({ number, title, cells }) => {
    const shown = cells.map((each) =>
      each === undefined ? '<td>–</td>' : `<td class="${each.verdict}" title="${escaped(each.says)}">${wordOf(each)}</td>`,
    )
    return `<tr><th scope="row">${number === undefined ? '' : `${number}. `}${escaped(title)}</th>${shown.join('')}</tr>`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What each endpoint does</title><style>${LAB_STYLE}</style></head>
<body><h1>What each endpoint does</h1><p>Measured, not claimed. A star: not everything in the class is so; the words under the pointer say what.</p>
<table><thead><tr><th></th>${head.join('')}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></body></html>
`
}

/** The page's own sheet, word for word: its digest is all that the page's policy lets in. */
export const LAB_STYLE =
  'body{font:15px system-ui;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}th,td{border:1px solid #8888;padding:.3rem .6rem;text-align:left}' +
  '.honours{background:#1a7f3733}.ignores{background:#b5890033}.rejects{background:#d1242f33}.emulated{background:#0969da33}'
const ENTITIES: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
