// Comma-separated values (RFC 4180), and their kin with other separators; a record may go over many lines.
import type { TextReader } from './content.ts'
import { MemberTerms } from './member-terms.ts'
import { LONGEST_RECORD, MORE, type Reader, type Reading, refusal } from './reading.ts'
import type { Window } from './window.ts'

const QUOTE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d
const MOST_COLUMNS = 10_000

const TABS = /\.tsv(?:\.(?:gz|zst|zstd))?$/i

const utf8 = new TextDecoder()

/** A row, as views of the window where a field has no doubled quotes; a reason where it is none. */
type Row = { readonly fields: readonly Uint8Array[] | string; readonly offset: number; readonly length: number }

export function* readCsv(window: Window, context: Reading, content: TextReader): Reader {
  const { members, csv } = context.declaration
  const said = new MemberTerms(context.terms, members, false)
  let columns = csv.columns
  let [text, wanted]: [number, number[]] = [-1, []]
  let row: readonly Uint8Array[] = []
  const cellOf = (index: number) => {
    const field = row[wanted[index] ?? -1]
    return field === undefined || field.length === 0 ? undefined : utf8.decode(field)
  }
  const separator = csv.separator ?? (TABS.test(context.file) ? '\t' : ',')
  for (const next of rows(window, separator.charCodeAt(0))) {
    if (next === MORE) {
      yield MORE
      continue
    }
    const { fields, offset, length } = next
    const place = { offset, length, name: '' }
    if (typeof fields === 'string') {
      yield refusal(place, fields)
      continue
    }
    if (text < 0) {
      const isHeader = columns === undefined
      columns ??= fields.map((field) => utf8.decode(field))
      text = columns.indexOf(members.text)
      wanted = said.wanted.map((name) => columns?.indexOf(name) ?? -1)
      if (text < 0) {
        yield refusal(
          place,
          `it has no column \`${members.text}\`, only ${columns
            .slice(0, 20)
            .map((name) => `\`${name}\``)
            .join(', ')}`,
        )
        return
      }
      if (isHeader) continue
    }
    const field = fields[text]
    if (fields.length !== columns?.length || field === undefined) {
      yield refusal(place, `its row has ${fields.length} fields; the columns are ${columns?.length}`)
      continue
    }
    row = fields
    const flaw = fields
      .map((each) => context.flawOf(Buffer.from(each.buffer, each.byteOffset, each.length)))
      .find((each) => each !== undefined)
    if (flaw !== undefined) yield refusal(place, flaw)
    else {
      const { name, terms } = said.read(cellOf)
      yield content({ ...place, name }, field, terms)
    }
  }
}

/** One row after another. After a row that is none, the next line is taken for the start of one. */
function* rows(window: Window, separator: number): Generator<Row | typeof MORE, void, void> {
  for (;;) {
    while (window.length === 0 && !window.ended) yield MORE
    if (window.length === 0) return
    const { offset } = window
    let scan = scanRow(window, separator)
    while (scan.state === 'unfinished' && !window.ended && window.length <= LONGEST_RECORD) {
      yield MORE
      scan = scanRow(window, separator, scan)
    }
    if (scan.state === 'unfinished' && window.ended && !scan.isQuoted) scan = { ...scan, state: 'whole' }
    const reason = scan.state === 'whole' ? undefined : scan.state === 'unfinished' ? (scan.isQuoted ? UNCLOSED : TOO_LONG) : scan.state
    const bytes = yield* taken(window, reason === undefined ? scan.at : -1)
    const length = window.offset - offset
    window.take(window.at(0) === RETURN ? 2 : window.at(0) === NEWLINE ? 1 : 0)
    if (bytes.length > 0 || reason !== undefined) yield { fields: reason ?? fieldsOf(bytes, separator), offset, length }
  }
}
const TOO_LONG = `its row has more than ${LONGEST_RECORD} bytes`
const UNCLOSED = `a quote opens in its row and does not close within ${LONGEST_RECORD} bytes`

/** So many bytes, or up to the end of the line. */
function* taken(window: Window, length: number): Generator<typeof MORE, Buffer, void> {
  if (length >= 0) return window.take(length)
  for (;;) {
    const end = window.indexOf(NEWLINE, 0)
    if (end >= 0) return window.take(end)
    const rest = window.take(window.length)
    if (window.ended) return rest
    yield MORE
  }
}

type Scan = {
  /** What is wrong, where the row is wrong. */
  readonly state: 'whole' | 'unfinished' | (string & {})
  readonly at: number
  readonly isQuoted: boolean
  /** Nothing of the field has come yet, so that a quote opens it. */
  readonly isStart: boolean
}

/** Looks for the end of a row: the first line end that stands in no quotes. */
const scanRow = (window: Window, separator: number, from: Scan = { state: 'unfinished', at: 0, isQuoted: false, isStart: true }): Scan => {
  const bytes = window.view(0, window.length)
  let { at, isQuoted, isStart } = from
  for (; at < bytes.length; at++) {
    const byte = bytes[at]
    if (isQuoted) {
      const quote = bytes.indexOf(QUOTE, at)
      if (quote < 0) return { state: 'unfinished', at: bytes.length, isQuoted, isStart }
      // What follows a quote decides what it is.
      if (quote + 1 >= bytes.length && !window.ended) return { state: 'unfinished', at: quote, isQuoted, isStart }
      at = quote
      if (bytes[quote + 1] === QUOTE) at++
      else {
        isQuoted = false
        isStart = false
        const next = bytes[quote + 1]
        if (next !== undefined && next !== separator && next !== NEWLINE && next !== RETURN)
          return { state: `something follows a closed quote (byte ${quote + 1} of the row)`, at, isQuoted, isStart }
      }
    } else if (byte === RETURN && at + 1 === bytes.length && !window.ended) break
    else if (byte === NEWLINE || (byte === RETURN && bytes[at + 1] === NEWLINE)) return { state: 'whole', at, isQuoted, isStart }
    else if (byte === separator) isStart = true
    else if (byte === QUOTE && isStart) isQuoted = true
    else isStart = false
  }
  return { state: 'unfinished', at, isQuoted, isStart }
}

const fieldsOf = (bytes: Buffer, separator: number): readonly Uint8Array[] | string => {
  const fields: Uint8Array[] = []
  let at = 0
  for (;;) {
    if (fields.length >= MOST_COLUMNS) return `its row has more than ${MOST_COLUMNS} fields`
    if (bytes[at] === QUOTE) {
      let end = at + 1
      let doubled = false
      for (; ; end += 2) {
        end = bytes.indexOf(QUOTE, end)
        if (end < 0 || bytes[end + 1] !== QUOTE) break
        doubled = true
      }
      const closed = end < 0 ? bytes.length : end
      const field = bytes.subarray(at + 1, closed)
      fields.push(doubled ? withoutDoubles(field) : field)
      at = closed + 1
    } else {
      const found = bytes.indexOf(separator, at)
      fields.push(bytes.subarray(at, found < 0 ? bytes.length : found))
      at = found < 0 ? bytes.length : found
    }
    if (bytes[at] !== separator) return fields
    at++
  }
}

const withoutDoubles = (field: Uint8Array): Uint8Array => {
  const text = Buffer.alloc(field.length)
  let length = 0
  for (let at = 0; at < field.length; at++) {
    text[length++] = field[at] ?? 0
    if (field[at] === QUOTE) at++
  }
  return text.subarray(0, length)
}
