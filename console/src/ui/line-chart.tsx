import { lazy, type ReactNode, Suspense, useState } from 'react'
import { formatDay, formatMoment } from '../format.ts'
import type { Place } from '../places.ts'
import { useSay } from '../words/words.tsx'
import { Button } from './button.tsx'
import style from './line-chart.module.css'
import { Table } from './table.tsx'

/** A line of a chart: one value for each moment, undefined where nothing was measured, which shows as a gap. */
export type Line = { readonly label: string; readonly values: readonly (number | undefined)[]; readonly place?: Place }
export type LineChartProps = {
  /** What the chart shows, in one sentence with its figures. */
  readonly summary: ReactNode
  readonly label: string
  /** Milliseconds since 1970, rising. */
  readonly moments: readonly number[]
  /** At most four. */
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  /** What must not be exceeded. */
  readonly limit?: { readonly value: number; readonly label: string }
  /** Whether the value axis begins at nought. */
  readonly fromZero?: boolean
  readonly height?: number
  /** Each moment stands for a whole day of UTC. */
  readonly daily?: boolean
}

/** The drawing is a chunk of its own. */
const Plot = lazy(async () => ({ default: (await import('./plot.tsx')).Plot }))

/** Values over time: a sentence, a drawing with one cursor for all charts of a page, and the same as a table. */
export const LineChart = (props: LineChartProps) => {
  const say = useSay()
  const [asTable, setAsTable] = useState(false)
  const { summary, label, moments, lines, format, daily = false } = props
  const rows = moments.map((moment, index) => ({ moment, index }))
  return (
    <figure className={style.chart}>
      <figcaption className={style.summary}>{summary}</figcaption>
      {asTable ? (
        <div className={style.table}>
          <Table
            caption={label}
            rows={rows}
            keyOf={({ moment }) => String(moment)}
            columns={[
              {
                id: 'moment',
                head: say('ui.moment'),
                cell: ({ moment }) => (daily ? formatDay(moment) : formatMoment(moment)),
                sort: ({ moment }) => moment,
              },
              ...lines.map((line) => ({
                id: line.label,
                head: <bdi>{line.label}</bdi>,
                numeric: true,
                cell: ({ index }: { readonly index: number }) => {
                  const value = line.values[index]
                  return value === undefined ? '—' : format(value)
                },
              })),
            ]}
          />
        </div>
      ) : (
        <Suspense fallback={<div style={{ blockSize: props.height ?? 200 }} />}>
          <Plot {...props} />
        </Suspense>
      )}
      <Button kind="quiet" onClick={() => setAsTable(!asTable)} aria-pressed={asTable}>
        {say(asTable ? 'ui.show-as-chart' : 'ui.show-as-table')}
      </Button>
    </figure>
  )
}
