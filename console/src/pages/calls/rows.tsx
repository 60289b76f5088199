import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { formatNumber } from '../../format.ts'
import { Duration, Moment, Money, Name, Place, PlaceShape, PlaceWord } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import style from './calls.module.css'
import { useFarthest } from './places.ts'

export type Row = Answer<'GET /calls'>['rows'][number]
const ROW = 38
const NEAR_END = 40

type Column = {
  readonly id: string
  readonly head: (say: Say) => ReactNode
  readonly cell: (row: Row, say: Say) => ReactNode
  readonly look?: 'number' | 'wide' | 'widest'
}
const COLUMNS: readonly Column[] = [
  {
    id: 'application',
    head: (say) => say('calls.application'),
    cell: ({ tenant, application }) => <Name>{`${tenant}/${application}`}</Name>,
    look: 'wide',
  },
  { id: 'class', head: (say) => say('calls.class'), cell: (row) => <Name>{row.class}</Name> },
  { id: 'purpose', head: (say) => say('calls.purpose'), cell: ({ purpose }) => <Name>{purpose}</Name>, look: 'widest' },
  { id: 'place', head: (say) => say('calls.answered-in'), cell: (row) => <AnsweredIn row={row} /> },
  { id: 'endpoint', head: (say) => say('calls.endpoint'), cell: (row, say) => <By row={row} say={say} /> },
  {
    id: 'tokens',
    head: (say) => say('calls.tokens'),
    cell: ({ input, output }) => (input + output === 0 ? '—' : formatNumber(input + output)),
    look: 'number',
  },
  {
    id: 'took',
    head: (say) => say('calls.took'),
    cell: ({ outcome, took }) => <Duration length={outcome === 'refused' ? undefined : took} />,
    look: 'number',
  },
  {
    id: 'cost',
    head: (say) => say('calls.cost'),
    cell: ({ outcome, cost }) => <Money micros={outcome === 'refused' ? undefined : cost} />,
    look: 'number',
  },
]

const AnsweredIn = ({ row }: { readonly row: Row }) => {
  const farthestOf = useFarthest()
  if (row.place === null) return <>—</>
  if (row.place === 'unknown')
    return (
      <span className={style.unknown}>
        <PlaceShape place="unknown" /> <PlaceWord place="unknown" />
      </span>
    )
  return <Place country={farthestOf(row)} form="bare" word={false} />
}
const By = ({ row: { endpoint, model, outcome }, say }: { readonly row: Row; readonly say: Say }) => (
  <>
    {endpoint !== null && <Name>{`${endpoint}/${model ?? ''}`}</Name>}
    {outcome !== 'answered' && <span className={style.outcome}>{say(`calls.outcome-${outcome}`)}</span>}
  </>
)

const lookOf = ({ look }: Column): string => (look === undefined ? '' : (style[look] ?? ''))

/** As many rows as there are, of which those in sight are drawn. What is older is asked for when its place comes near. */
export const Rows = ({
  rows,
  hasMore,
  onMore,
  caption,
}: {
  readonly rows: readonly Row[]
  readonly hasMore: boolean
  readonly onMore: () => void
  readonly caption: string
}) => {
  const say = useSay()
  const box = useRef<HTMLElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => rows[index]?.call ?? index,
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last > rows.length - NEAR_END) onMore()
  }, [last, rows.length, hasMore, onMore])
  const before = items[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    // What scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus
    <section ref={box} className={style.rows} tabIndex={0} aria-label={caption}>
      <table className={style.table} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{say('calls.time')}</th>
            {COLUMNS.map((column) => (
              <th key={column.id} scope="col" className={lookOf(column)}>
                {column.head(say)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} />
          {items.map(({ index, key }) => {
            const row = rows[index]
            return row === undefined ? null : (
              <OneRow key={String(key)} row={row} index={index} say={say} measure={virtualizer.measureElement} />
            )
          })}
          <Gap height={after} />
        </tbody>
      </table>
    </section>
  )
}

const Gap = ({ height }: { readonly height: number }) =>
  height <= 0 ? null : (
    // Nothing in it takes focus.
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row is not focusable
    <tr aria-hidden="true" className={style.gap}>
      <td colSpan={COLUMNS.length + 1} style={{ blockSize: height }} />
    </tr>
  )

const OneRow = ({
  row,
  index,
  say,
  measure,
}: {
  readonly row: Row
  readonly index: number
  readonly say: Say
  readonly measure: (element: Element | null) => void
}) => (
  <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
    <th scope="row">
      <Link href={`/calls/${row.call}`}>
        <Moment at={row.ended} />
      </Link>
    </th>
    {COLUMNS.map((column) => (
      <td key={column.id} className={lookOf(column)}>
        {column.cell(row, say)}
      </td>
    ))}
  </tr>
)
