// The matrix as a page.
import { type Cell, matrix, type Row } from './matrix.ts'
import { Notes, partOfPage, tableLine } from './page.ts'

/** The page as it stands, and as it should. */
export const page = (): { readonly now: string; readonly wanted: string } => partOfPage('dialects', markdown(matrix()))

export const markdown = (rows: readonly Row[]): string => {
  const notes = new Notes()
  const callers = [...new Set(rows.map((row) => row.caller))]
  const tables = callers.map((caller) =>
    tableOf(
      caller,
      rows.filter((row) => row.caller === caller),
      notes,
    ),
  )
  return [...tables, '### What the notes say', '', ...notes.lines, ''].join('\n')
}

const tableOf = (caller: string, rows: readonly Row[], notes: Notes): string => {
  const endpoints = rows[0]?.cells.map((cell) => cell.endpoint) ?? []
  return [
    `### A caller of \`${caller}\``,
    '',
    tableLine(['', ...endpoints.map((endpoint) => `\`${endpoint}\``)]),
    tableLine(['---', ...endpoints.map(() => '---')]),
    ...rows.map((row) => tableLine([row.feature, ...row.cells.map(({ cell }) => wordOf(cell, notes))])),
    '',
  ].join('\n')
}

const wordOf = (cell: Cell, notes: Notes): string => {
  if (cell.kind === 'carried') return 'yes'
  if (cell.kind === 'unsaid') return '–'
  return `${cell.kind} ${notes.marks(cell.messages)}`
}
