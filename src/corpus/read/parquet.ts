// Parquet (github.com/apache/parquet-format): text stays bytes from page to pack. Our own reader: one that holds no more than a page of each
// column, and that no file can make ask for more memory than it has bytes.
import type { Json } from '../../core/json.ts'
import type { SourceFile } from '../ports.ts'
import type { TextReader } from './content.ts'
import { ALLOWANCE_BYTES, LARGEST_RATIO } from './inflow.ts'
import { MemberTerms } from './member-terms.ts'
import { type Cell, Column } from './parquet/column.ts'
import { type Footer, type Group, type Leaf, readFooter, TYPES } from './parquet/footer.ts'
import { Broken } from './parquet/thrift.ts'
import { type FileContext, type Found, refusal, type Slice } from './reading.ts'
import { notUtf8 } from './utf8.ts'

/** The rows of the groups whose text starts within a slice. */
export function* readParquet(file: SourceFile, context: FileContext, content: TextReader, slice: Slice): Generator<Found, void, void> {
  const all = { offset: 0, length: file.size, name: '' }
  try {
    const footer = readFooter(file)
    const table = tableOf(context, footer)
    if (typeof table === 'string') {
      yield refusal(all, table)
      return
    }
    let firstRow = 0
    const budget = { left: Math.max(ALLOWANCE_BYTES, file.size * LARGEST_RATIO) }
    for (const group of footer.groups) {
      const { start = 0 } = group.chunks.get(context.declaration.members.text) ?? {}
      if (start >= slice.from && start < slice.to) yield* rowsOf(file, { context, content, table, group, firstRow, budget })
      firstRow += group.rows
    }
  } catch (thrown) {
    if (!(thrown instanceof Broken)) throw thrown
    yield refusal(all, `it is broken: ${thrown.message}`)
  }
}

type Table = { readonly said: MemberTerms; readonly leaves: readonly (Leaf | undefined)[]; readonly text: Leaf }

/** The columns that the declaration names, or why they cannot be read. A member that is not there is not known. */
const tableOf = ({ terms, declaration: { members } }: FileContext, { leaves }: Footer): Table | string => {
  const said = new MemberTerms(terms, members, false)
  const text = leaves.get(members.text)
  if (text === undefined)
    return `it has no column \`${members.text}\`, only ${[...leaves.keys()]
      .slice(0, 20)
      .map((name) => `\`${name}\``)
      .join(', ')}`
  if (text.type !== TYPES.bytes) return `its column \`${members.text}\` holds no text`
  const wanted = said.wanted.map((name) => leaves.get(name))
  for (const [index, leaf] of [text, ...wanted].entries())
    if (leaf !== undefined && (leaf.isRepeated || !READ.has(leaf.type)))
      return `its column \`${[members.text, ...said.wanted][index]}\` holds lists, or a type that is not read`
  return { said, leaves: wanted, text }
}
const READ: ReadonlySet<number> = new Set(Object.values(TYPES))

type Rows = {
  readonly context: FileContext
  readonly content: TextReader
  readonly table: Table
  readonly group: Group
  readonly firstRow: number
  /** Bytes of text that the file may still give: a few of them, told over and over, are a bomb. */
  readonly budget: { left: number }
}

/** A broken page ends its row group, and the next is read; where rows lie is known by their group. */
function* rowsOf(file: SourceFile, { context, content, table, group, firstRow, budget }: Rows): Generator<Found, void, void> {
  const { text, said, leaves } = table
  const chunk = group.chunks.get(context.declaration.members.text)
  const place = { offset: chunk?.start ?? 0, length: chunk?.length ?? 0 }
  let row = 0
  try {
    if (chunk === undefined) throw new Broken('its text is encrypted, or lies in another file')
    if (group.rows > MOST_ROWS && group.rows > chunk.length * 8)
      throw new Broken(`it has ${group.rows} rows in ${chunk.length} bytes, as a bomb has`)
    const texts = new Column(file, text, chunk)
    const columns = said.wanted.map((name, index) => columnOf(file, leaves[index], group, name))
    let cells: readonly (Cell | null)[] = []
    const cellOf = (index: number) => jsonOf(cells[index] ?? null, leaves[index])
    for (; row < group.rows; row++) {
      const value = texts.next()
      cells = columns.map((column) => column?.next() ?? null)
      const { name, terms } = said.read(cellOf)
      const own = { ...place, name: name === '' ? `row ${firstRow + row}` : name }
      if (!(value instanceof Uint8Array)) {
        yield refusal(own, 'its row has no text')
        continue
      }
      budget.left -= value.length
      if (budget.left < 0) throw new Broken(`it unpacks to more than ${LARGEST_RATIO} times its size, as a bomb does`)
      const flaw = notUtf8(value)
      yield flaw === undefined ? content(own, value, terms) : refusal(own, flaw)
    }
  } catch (thrown) {
    if (!(thrown instanceof Broken)) throw thrown
    yield refusal(
      { ...place, name: `rows ${firstRow + row} to ${firstRow + group.rows - 1}` },
      `its row group is broken: ${thrown.message}`,
    )
  }
}
const MOST_ROWS = 1_000_000

const columnOf = (file: SourceFile, leaf: Leaf | undefined, { chunks }: Group, name: string): Column | undefined => {
  const chunk = chunks.get(name)
  return leaf === undefined || chunk === undefined ? undefined : new Column(file, leaf, chunk)
}

const utf8 = new TextDecoder()
const MILLISECONDS = { day: 86_400_000, millisecond: 1, microsecond: 0.001 }

const jsonOf = (cell: Cell | null, leaf: Leaf | undefined): Json | undefined => {
  if (cell === null) return undefined
  if (cell instanceof Uint8Array) return utf8.decode(cell)
  if (leaf?.unit === undefined) return String(cell)
  const time = new Date(Number(cell) * MILLISECONDS[leaf.unit])
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}
