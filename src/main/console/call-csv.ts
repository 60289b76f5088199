import type { Answer } from '../../http/console/contract/index.ts'

type Row = Answer<'GET /calls'>['rows'][number]
const COLUMNS: readonly (keyof Row)[] = [
  'call',
  'ended',
  'tenant',
  'application',
  'key',
  'alias',
  'class',
  'purpose',
  'outcome',
  'endpoint',
  'model',
  'place',
  'see',
  'stop',
  'change',
  'input',
  'output',
  'cost',
  'took',
  'status',
  'entry',
]

/** RFC 4180. Moments are ISO 8601 in UTC, costs in millionths of the currency’s unit, lengths in milliseconds. */
export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`
export const csvLine = (row: Row): string => `${COLUMNS.map((name) => cellOf(name, row[name])).join(',')}\r\n`

const cellOf = (name: keyof Row, value: Row[keyof Row]): string => {
  if (name === 'ended') return new Date(Number(value)).toISOString()
  if (typeof value === 'number') return String(value)
  const text = Array.isArray(value) ? value.join(' ') : (value ?? '')
  // A spreadsheet takes a cell that begins so for a formula; names of ours never do, those of strangers may.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
