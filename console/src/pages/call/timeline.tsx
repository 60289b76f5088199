import { ArrowRight, BadgeCheck, CircleSlash, CornerDownRight, Hourglass, Inbox, MessageSquare, Scale, Tag } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDuration } from '../../format.ts'
import { Card, PlaceShape, PlaceWord } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './call.module.css'
import { type Call, type Step, stepsOf } from './steps.ts'

const ICONS: Readonly<Record<Step['id'], ReactNode>> = {
  arrived: <Inbox />,
  classed: <Tag />,
  decided: <Scale />,
  refused: <CircleSlash />,
  crossed: <ArrowRight />,
  tried: <MessageSquare />,
  continued: <CornerDownRight />,
  settled: <BadgeCheck />,
  running: <Hourglass />,
}
/** How much longer answering must take than deciding for the axis to change its scale where one hands over to the other. */
const SPLIT = 5
const SPLIT_AT = 40

type Axis = { readonly end: number; readonly split: number | undefined; place(moment: number): number }
/** Percent of the width for each moment; of two scales where most of the time would leave no room for the rest. */
const axisOf = ({ row }: Call, steps: readonly Step[]): Axis => {
  const end = Math.max(row.took, ...steps.map(({ to = 0 }) => to), 1)
  const handedOver = steps.find(({ id, from = 0 }) => id === 'tried' && from > 0)?.from
  const split = handedOver !== undefined && end - handedOver > SPLIT * handedOver ? handedOver : undefined
  const place = (moment: number): number => {
    if (split === undefined) return (moment / end) * 100
    return moment <= split ? (moment / split) * SPLIT_AT : SPLIT_AT + ((moment - split) / (end - split)) * (100 - SPLIT_AT)
  }
  return { end, split, place }
}

/** What became of the call, step by step. Time runs from left to right in every language. */
export const Timeline = ({ call }: { readonly call: Call }) => {
  const say = useSay()
  const steps = stepsOf(call)
  const axis = axisOf(call, steps)
  const hasTimes = call.row.outcome !== 'refused' && call.ended !== null
  return (
    <Card title={say('call.timeline')} aside={<WhereRan call={call} />} flush>
      <ol className={style.timeline}>
        {hasTimes && (
          <li className={style.axis} aria-hidden="true">
            <span />
            <span className={style.scale} dir="ltr">
              <span>0</span>
              {axis.split !== undefined && <span style={{ insetInlineStart: `${SPLIT_AT}%` }}>{formatDuration(axis.split)}</span>}
              <span className={style.last}>{formatDuration(axis.end)}</span>
            </span>
            <span>{say('call.took')}</span>
          </li>
        )}
        {steps.map((step, index) => (
          // Steps never change places.
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
          <OneStep key={index} step={step} axis={axis} />
        ))}
      </ol>
      <p className={style.foot}>
        {axis.split !== undefined &&
          say('call.split', { deciding: formatDuration(axis.split), answering: formatDuration(axis.end - axis.split) })}{' '}
        {say('call.times-kept')}
      </p>
    </Card>
  )
}

const WhereRan = ({ call: { row, borders } }: { readonly call: Call }) => {
  const say = useSay()
  if (row.outcome === 'refused') return <>{say('call.nothing-sent')}</>
  return <>{borders.length === 0 ? say('call.stayed-home') : say('call.crossed', { count: borders.length })}</>
}

const OneStep = ({ step, axis }: { readonly step: Step; readonly axis: Axis }) => {
  const say = useSay()
  const { id, what = '', detail = '', place, from, to } = step
  return (
    <li className={style.step}>
      <span className={style.name}>
        <span className={style.icon} aria-hidden="true">
          {ICONS[id]}
        </span>
        <span className={style.what}>
          {say(`call.step-${id}`, { what, detail })}
          {place !== undefined && place !== null && (
            <span className={style.where}>
              <PlaceShape place={place} size={10} /> <PlaceWord place={place} />
            </span>
          )}
          {id === 'tried' && detail !== 'answered' && <span className={style.result}>{detail}</span>}
        </span>
      </span>
      <span className={`${style.track} ${axis.split === undefined ? '' : style.split}`} dir="ltr" aria-hidden="true">
        {from !== undefined && to !== undefined && (
          <span
            className={`${style.mark} ${style[place ?? 'within']}`}
            style={{ insetInlineStart: `${axis.place(from)}%`, inlineSize: `max(4px, ${axis.place(to) - axis.place(from)}%)` }}
          />
        )}
      </span>
      <span className={style.length}>
        {from === undefined || to === undefined || from === to ? <span className="visually-hidden">—</span> : formatDuration(to - from)}
      </span>
    </li>
  )
}
