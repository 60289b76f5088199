// The matrices of SDKs as tables: one for each SDK, and one of all with the simulated vendors.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Notes, tableLine } from '../compatibility/page.ts'
import type { Driver } from './driver.ts'
import type { Cell, Row, VendorRow } from './matrix.ts'
import type { VendorColumn } from './vendors.ts'

export const markdown = (rows: readonly Row[], vendorRows: readonly VendorRow[]): string => {
  const notes = new Notes()
  const drivers = [...new Set(rows.map((row) => row.driver))]
  const tables = drivers.map((driver) =>
    tableOf(
      driver,
      rows.filter((row) => row.driver === driver),
      notes,
    ),
  )
  return [...tables, vendorTable(vendorRows, notes), '### What the notes on SDKs say', '', ...notes.lines, ''].join('\n')
}

const vendorTable = (rows: readonly VendorRow[], notes: Notes): string => {
  const vendors = rows[0]?.cells.map(({ vendor }) => vendor) ?? []
  return [
    '### Every SDK and simulated vendors',
    '',
    'Asked whole and streamed, with three calls of a tool at once and their results, and for JSON of a schema: **yes** where all four work.',
    '',
    tableLine(['', ...vendors.map(vendorTitle)]),
    tableLine(['---', ...vendors.map(() => '---')]),
    ...rows.map(({ driver, cells }) => tableLine([driver.name, ...cells.map(({ verbs }) => vendorCell(verbs, notes))])),
    '',
  ].join('\n')
}
export const vendorTitle = ({ vendor, dialect }: VendorColumn): string => `${vendor}, \`${dialect}\``
const vendorCell = (verbs: VendorRow['cells'][number]['verbs'], notes: Notes): string =>
  verbs.flatMap(([verb, cell]) => (cell.kind === 'works' ? [] : [`${verb}: ${wordOf(cell, notes)}`])).join('; ') || 'yes'

const tableOf = (driver: Driver, rows: readonly Row[], notes: Notes): string => {
  const endpoints = rows[0]?.cells.map((cell) => cell.endpoint) ?? []
  return [
    `### ${driver.name}: \`${driver.package}\` ${versionOf(driver.package)}`,
    '',
    tableLine(['', ...endpoints.map((endpoint) => `\`${endpoint}\``)]),
    tableLine(['---', ...endpoints.map(() => '---')]),
    ...rows.map((row) => tableLine([row.verb, ...row.cells.map(({ cell }) => wordOf(cell, notes))])),
    '',
  ].join('\n')
}

/** The same of one cell, with the sentences themselves where the page has their numbers. */
export const sentenceOf = (cell: Cell): string =>
  wordOf(cell, { marks: (messages) => messages.map((each) => `[${each.replaceAll('|', '\\|')}]`).join('') })

/** What the page says of each cell: by the SDK or `Every SDK and simulated vendors`, the line and the column. */
export const readMarkdown = (text: string): ReadonlyMap<string, string> => {
  const notes = new Map([...text.matchAll(/^(\d+)\. (.*)$/gm)].map(([, number, message]) => [number, message]))
  const told = new Map<string, string>()
  for (const section of text.split(/^### /m).slice(1)) {
    const [title = ''] = section.split(/: `|\n/, 1)
    const [columns = [], , ...lines] = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, cells = '']) => cells.split(' | '))
    for (const [line, ...cells] of lines)
      for (const [index, cell] of cells.entries())
        told.set(
          `${title} / ${line} / ${columns[index + 1]}`,
          cell.replaceAll(/\[(\d+)\]/g, (_, number: string) => `[${notes.get(number)}]`),
        )
  }
  return told
}

const wordOf = (cell: Cell, notes: Pick<Notes, 'marks'>): string => {
  if (cell.kind === 'works') return 'yes'
  return `${cell.kind === 'unsaid' ? '–' : cell.kind} ${notes.marks(cell.messages)}`
}

const versionOf = (name: string): string => {
  const file = join(import.meta.dirname, '../../node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
