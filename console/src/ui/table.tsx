import { type ReactNode, useMemo, useState } from 'react'
import * as v from 'valibot'
import { Link, useLocation } from 'wouter'
import { compareTexts } from '../format.ts'
import { useSearchOf } from '../search.ts'
import { useSay } from '../words/words.tsx'
import style from './table.module.css'

export type Column<Row> = {
  readonly id: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  readonly numeric?: boolean
  /** What the column is sorted by; a column without it is not sorted. */
  readonly sort?: (row: Row) => string | number
  /** Left out on phones, where the row's own page says it. */
  readonly wideOnly?: boolean
}
export type Sort = { readonly by: string; readonly down: boolean }

export type TableProps<Row> = {
  /** What the table holds, for those who do not see it; shown where `showsCaption`. */
  readonly caption: string
  readonly showsCaption?: boolean
  /** The first is the row's header, and its link where `href` is given. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly href?: ((row: Row) => string) | undefined
  /** Keeps the order in the URL under this name. */
  readonly sortIn?: string
  readonly sortedBy?: Sort | undefined
  readonly isChosen?: (row: Row) => boolean
  /** Stands in place of rows where there are none. */
  readonly empty?: ReactNode
}

const compare = (one: string | number, other: string | number): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : compareTexts(String(one), String(other))

const parseSort = (text: string | undefined): Sort | undefined =>
  text === undefined ? undefined : { by: text.replace(/^-/, ''), down: text.startsWith('-') }

/** The order, in the URL where a name is given, else in the table itself. */
const useSort = (name: string | undefined, first: Sort | undefined): readonly [Sort | undefined, (sort: Sort) => void] => {
  const schema = useMemo(() => v.object({ [name ?? 'unused']: v.optional(v.string()) }), [name])
  const [search, setSearch] = useSearchOf(schema)
  const [own, setOwn] = useState(first)
  if (name === undefined) return [own, setOwn]
  const set = ({ by, down }: Sort): void => setSearch({ [name]: `${down ? '-' : ''}${by}` }, { replace: true })
  return [parseSort(search[name]) ?? first, set]
}

/** A real table: typed columns, an order, and a link in every row. It scrolls sideways in a box of its own, where it must. */
export const Table = <Row,>(props: TableProps<Row>) => {
  const { caption, showsCaption = false, columns, rows, keyOf, href, sortIn, sortedBy, isChosen, empty } = props
  const [, navigate] = useLocation()
  const [sort, setSort] = useSort(sortIn, sortedBy)
  const sorted = useMemo(() => {
    const by = columns.find(({ id }) => id === sort?.by)?.sort
    if (by === undefined || sort === undefined) return rows
    const turn = sort.down ? -1 : 1
    return [...rows].sort((one, other) => turn * compare(by(one), by(other)))
  }, [columns, rows, sort])
  return (
    // What scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus
    <section className={style.box} tabIndex={0} aria-label={caption}>
      <table className={style.table}>
        <caption className={showsCaption ? style.caption : 'visually-hidden'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <Row
              key={keyOf(row)}
              row={row}
              columns={columns}
              chosen={isChosen?.(row) ?? false}
              {...(href === undefined ? {} : { href: href(row), onOpen: navigate })}
            />
          ))}
          {rows.length === 0 && empty !== undefined && (
            <tr>
              <td className={style.empty} colSpan={columns.length}>
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}

const classOf = <Row,>({ numeric, wideOnly }: Column<Row>): string =>
  [numeric === true ? style.numeric : '', wideOnly === true ? style.wide : ''].join(' ')

const Head = <Row,>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort) => void
}) => {
  const say = useSay()
  const isSorted = sort?.by === column.id
  const order = isSorted ? (sort.down ? 'descending' : 'ascending') : undefined
  const turn = (): void => onSort({ by: column.id, down: isSorted ? !sort.down : column.numeric === true })
  return (
    <th scope="col" className={classOf(column)} {...(order === undefined ? {} : { 'aria-sort': order })}>
      {column.sort === undefined ? (
        column.head
      ) : (
        <button type="button" className={style.sort} title={say('ui.sort')} onClick={turn}>
          {column.head}
          <span aria-hidden="true" className={style.arrow}>
            {isSorted ? (sort.down ? '↓' : '↑') : ''}
          </span>
        </button>
      )}
    </th>
  )
}

const Row = <Row,>({
  row,
  columns,
  chosen,
  href,
  onOpen,
}: {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly chosen: boolean
  readonly href?: string
  readonly onOpen?: (href: string) => void
}) => {
  const [first, ...others] = columns
  return (
    // The link in the first cell is what keyboards and screen readers use; a click anywhere in the row is the same, for hands.
    <tr
      className={`${href === undefined ? '' : style.opens} ${chosen ? style.chosen : ''}`}
      {...(chosen ? { 'aria-current': true } : {})}
      onClick={(event) => {
        const target = event.target as Element
        if (href !== undefined && target.closest('a, button, input, select, summary') === null) onOpen?.(href)
      }}
    >
      {first !== undefined && (
        <th scope="row" className={classOf(first)}>
          {href === undefined ? first.cell(row) : <Link href={href}>{first.cell(row)}</Link>}
        </th>
      )}
      {others.map((column) => (
        <td key={column.id} className={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}
