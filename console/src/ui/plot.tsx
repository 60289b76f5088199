// Draws a line chart with uPlot, on canvas: everything it says is said beside it in words too.
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatDay, formatMoment, formatTime } from '../format.ts'
import style from './line-chart.module.css'
import type { Line, LineChartProps } from './line-chart.tsx'

const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 3, 2, 3]]
const DAY_IN_SECONDS = 86_400
const HEIGHT = 200
/** Charts of one page share one cursor. */
const SHARED = uPlot.sync('page')

const colour = (name: string): string => {
  // Canvas does not know `light-dark()`: what the page computes from it, it does.
  const probe = document.createElement('span')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const seriesOf = ({ label, place }: Line, index: number): uPlot.Series => ({
  label,
  stroke: colour(place ?? 'ink'),
  width: 1.5,
  dash: [...(DASHES[index] ?? [])],
  points: { show: (_plot, _series, first, last) => first === last },
  spanGaps: false,
})

const optionsOf = (props: LineChartProps, width: number, onCursor: (index: number | undefined) => void): uPlot.Options => {
  const { moments, lines, format, limit, fromZero = true, height = HEIGHT, daily = false } = props
  const span = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000
  const axis: uPlot.Axis = {
    stroke: colour('ink-3'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
  }
  const time = daily || span > 2 * DAY_IN_SECONDS ? formatDay : formatTime
  return {
    width,
    height,
    cursor: { sync: { key: SHARED.key }, drag: { x: false, y: false }, y: false },
    legend: { show: false },
    scales: { y: { range: (_plot, low, high) => rangeOf(low, Math.max(high, limit?.value ?? high), fromZero) } },
    axes: [
      { ...axis, space: 90, values: (_plot, splits) => splits.map((split) => time(split * 1000)) },
      { ...axis, size: 64, values: (_plot, splits) => splits.map(format) },
    ],
    series: [{}, ...lines.map(seriesOf), ...(limit === undefined ? [] : [limitSeries(limit.label)])],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)] },
  }
}
const limitSeries = (label: string): uPlot.Series => ({
  label,
  stroke: colour('warn-fill'),
  width: 1,
  dash: [4, 4],
  points: { show: false },
})
const rangeOf = (low: number, high: number, fromZero: boolean): [number, number] => {
  const room = (high - low || Math.abs(high) || 1) * 0.1
  return fromZero ? [Math.min(0, low), high + room] : [low - room, high + room]
}

export const Plot = (props: LineChartProps) => {
  const { moments, lines, limit, format, label, daily = false } = props
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number>()
  useEffect(() => {
    if (box.current === null) return undefined
    const data: uPlot.AlignedData = [
      moments.map((moment) => moment / 1000),
      ...lines.map(({ values }) => values.map((value) => value ?? null)),
      ...(limit === undefined ? [] : [moments.map(() => limit.value)]),
    ]
    const plot = new uPlot(optionsOf(props, box.current.clientWidth, setAt), data, box.current)
    const follow = new ResizeObserver(([entry]) => plot.setSize({ width: entry?.contentRect.width ?? 0, height: plot.height }))
    follow.observe(box.current)
    return () => {
      follow.disconnect()
      plot.destroy()
    }
  }, [props, moments, lines, limit])
  const shown = at ?? moments.length - 1
  return (
    <>
      <div ref={box} className={style.plot} role="img" aria-label={label} dir="ltr" />
      <p className={style.reading}>
        <span>{moments[shown] === undefined ? '—' : daily ? formatDay(moments[shown]) : formatMoment(moments[shown])}</span>
        {lines.map((line) => {
          const value = line.values[shown]
          return (
            <span key={line.label}>
              <bdi>{line.label}</bdi> <strong>{value === undefined ? '—' : format(value)}</strong>
            </span>
          )
        })}
        {limit !== undefined && (
          <span>
            <bdi>{limit.label}</bdi> <strong>{format(limit.value)}</strong>
          </span>
        )}
      </p>
    </>
  )
}
