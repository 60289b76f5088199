import { type PointerEvent, useRef, useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { formatMoment, formatNumber } from '../../format.ts'
import { Button } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './calls.module.css'
import type { Chosen } from './filter.ts'

export type Shape = Answer<'GET /calls/histogram'>
const HEIGHT = 56
const sumOf = ({ answered, failed, refused }: Shape['buckets'][number]): number => answered + failed + refused

/** Buckets from one to another, the first included and the last not. */
type Picked = readonly [first: number, end: number]
const pickedOf = ({ from, step, buckets }: Shape, chosen: Chosen | undefined): Picked => {
  if (chosen === undefined) return [0, buckets.length]
  const at = (moment: number): number => Math.min(Math.max(Math.round((moment - from) / step), 0), buckets.length)
  return [Math.min(at(chosen.from), buckets.length - 1), Math.max(at(chosen.to), at(chosen.from) + 1)]
}
export const countIn = (shape: Shape, chosen: Chosen | undefined): { readonly total: number; readonly refused: number } => {
  const [first, end] = pickedOf(shape, chosen)
  const part = shape.buckets.slice(first, end)
  return { total: part.reduce((sum, bucket) => sum + sumOf(bucket), 0), refused: part.reduce((sum, { refused }) => sum + refused, 0) }
}

/** Calls over time, to travel by: drag over it, or move its two ends with the arrow keys. Time runs from left to right in every language. */
export const Histogram = ({
  shape,
  chosen,
  onChoose,
}: {
  readonly shape: Shape
  readonly chosen: Chosen | undefined
  readonly onChoose: (chosen: Chosen | undefined) => void
}) => {
  const say = useSay()
  const { buckets, from, step } = shape
  const [drag, setDrag] = useState<Picked>()
  const box = useRef<HTMLDivElement>(null)
  const picked = drag ?? pickedOf(shape, chosen)
  const count = buckets.length
  const timeOf = (bucket: number): number => from + bucket * step
  const choose = ([first, end]: Picked): void =>
    onChoose(first === 0 && end === count ? undefined : { from: timeOf(first), to: timeOf(end) })
  const bucketAt = ({ clientX }: PointerEvent): number => {
    const { left, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    return Math.min(count - 1, Math.max(0, Math.floor(((clientX - left) / width) * count)))
  }
  const start = useRef(0)
  const move = (event: PointerEvent): void => {
    const at = bucketAt(event)
    setDrag([Math.min(at, start.current), Math.max(at, start.current) + 1])
  }
  return (
    <div className={style.scrubber} dir="ltr">
      <div
        ref={box}
        className={style.plot}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          start.current = bucketAt(event)
          setDrag([start.current, start.current + 1])
        }}
        onPointerMove={(event) => drag !== undefined && move(event)}
        onPointerUp={() => {
          if (drag !== undefined) choose(drag)
          setDrag(undefined)
        }}
      >
        <Bars shape={shape} picked={picked} />
      </div>
      <div className={style.ends}>
        <End
          label={say('calls.from')}
          at={picked[0]}
          most={count - 1}
          moment={timeOf(picked[0])}
          onMove={(at) => choose([at, Math.max(at + 1, picked[1])])}
        />
        <End
          label={say('calls.to')}
          at={picked[1] - 1}
          most={count - 1}
          moment={timeOf(picked[1])}
          onMove={(at) => choose([Math.min(at, picked[0]), at + 1])}
        />
      </div>
      <div className={style.axis} dir="auto">
        <bdi>{formatMoment(timeOf(picked[0]))}</bdi>
        {chosen !== undefined && (
          <Button kind="quiet" onClick={() => onChoose(undefined)}>
            {say('calls.whole-time')}
          </Button>
        )}
        <bdi>{formatMoment(timeOf(picked[1]))}</bdi>
      </div>
    </div>
  )
}

const Bars = ({ shape: { buckets }, picked }: { readonly shape: Shape; readonly picked: Picked }) => {
  const say = useSay()
  const most = Math.max(1, ...buckets.map(sumOf))
  const bar = (value: number): number => (value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT))
  const all = buckets.reduce((sum, bucket) => sum + sumOf(bucket), 0)
  return (
    <svg
      viewBox={`0 0 ${buckets.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={say('calls.histogram', { count: all, most: formatNumber(most) })}
    >
      {buckets.map((bucket, i) => {
        const [whole, bad] = [bar(sumOf(bucket)), bar(bucket.refused + bucket.failed)]
        return (
          <g key={bucket.from} className={i >= picked[0] && i < picked[1] ? style.in : style.out}>
            <rect x={i + 0.1} width={0.8} y={HEIGHT - whole} height={whole} className={style.bar} />
            <rect x={i + 0.1} width={0.8} y={HEIGHT - bad} height={bad} className={style.bad} />
          </g>
        )
      })}
    </svg>
  )
}

const End = ({
  label,
  at,
  most,
  moment,
  onMove,
}: {
  readonly label: string
  readonly at: number
  readonly most: number
  readonly moment: number
  readonly onMove: (at: number) => void
}) => (
  <input
    type="range"
    className={style.end}
    aria-label={label}
    aria-valuetext={formatMoment(moment)}
    min={0}
    max={most}
    value={at}
    onChange={({ target }) => onMove(Number(target.value))}
  />
)
