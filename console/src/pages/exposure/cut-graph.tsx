import { useSession } from '../../api/session.tsx'
import { placeOf } from '../../places.ts'
import { PlaceShape } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { sayActor, sayActors } from '../drills/names.tsx'
import style from './exposure.module.css'
import type { CutSet } from './types.ts'

const [WIDTH, NODE, GAP, BOX] = [760, 32, 12, 226]
const COLUMNS = [0, (WIDTH - BOX) / 2, WIDTH - BOX] as const
const LONGEST = 27

type Node = {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly kind: 'actor' | 'route' | 'alias'
  readonly country?: string | undefined
}

const column = (count: number, tallest: number, index: number): number => ((tallest - count) * (NODE + GAP)) / 2 + index * (NODE + GAP)

/**
 * Who takes which route of an alias away. From left to right, or mirrored; the sentence beside it says the same, and is all that phones and
 * screen readers get.
 */
export const CutGraph = ({ set, alias, routes }: { readonly set: CutSet; readonly alias: string; readonly routes: readonly string[] }) => {
  const say = useSay()
  const isMirrored = document.documentElement.dir === 'rtl'
  const tallest = Math.max(set.length, routes.length, 1)
  const height = tallest * (NODE + GAP) - GAP + 2
  const x = (at: 0 | 1 | 2): number => COLUMNS[isMirrored ? ((2 - at) as 0 | 1 | 2) : at]
  const members = set.map(
    ({ actors }, index): Node => ({
      x: x(0),
      y: column(set.length, tallest, index),
      kind: 'actor',
      text:
        actors.length === 1
          ? sayActor(say, actors[0] ?? '')
          : say('exposure.first-and-more', { first: sayActor(say, actors[0] ?? ''), count: actors.length - 1 }),
      country: actors.find((actor) => actor.startsWith('country:'))?.slice('country:'.length),
    }),
  )
  const places = routes.map((text, index): Node => ({ x: x(1), y: column(routes.length, tallest, index), kind: 'route', text }))
  const end: Node = { x: x(2), y: column(1, tallest, 0), kind: 'alias', text: alias }
  const label = say('exposure.graph', { actors: set.map(({ actors }) => sayActors(say, actors, 'disjunction')).join(' + '), alias })
  return (
    <svg className={style.graph} viewBox={`-1 -1 ${WIDTH + 2} ${height}`} role="img" aria-label={label}>
      {set.flatMap((member, at) =>
        routes.flatMap((route, to) =>
          member.routes.includes(route)
            ? [<Edge key={`${member.actors.join()} ${route}`} from={members[at]} to={places[to]} mirrored={isMirrored} cut />]
            : [],
        ),
      )}
      {places.map((place) => (
        <Edge key={place.text} from={place} to={end} mirrored={isMirrored} />
      ))}
      {[...members, ...places, end].map((node) => (
        <Box key={`${node.kind} ${node.text}`} node={node} />
      ))}
    </svg>
  )
}

const Edge = ({
  from,
  to,
  mirrored,
  cut = false,
}: {
  readonly from: Node | undefined
  readonly to: Node | undefined
  readonly mirrored: boolean
  readonly cut?: boolean
}) => {
  if (from === undefined || to === undefined) return null
  const [start, end] = mirrored ? [from.x, to.x + BOX] : [from.x + BOX, to.x]
  const middle = (start + end) / 2
  const [y1, y2] = [from.y + NODE / 2, to.y + NODE / 2]
  return (
    <>
      <path d={`M${start} ${y1}H${middle}V${y2}H${end}`} className={cut ? style.cutEdge : style.edge} />
      {cut && <path d={`M${middle - 5} ${y2 - 5}l10 10m0 -10l-10 10`} className={style.cross} />}
    </>
  )
}

const Box = ({ node: { x, y, text, kind, country } }: { readonly node: Node }) => {
  const { exchange } = useSession()
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
  const isActor = kind === 'actor'
  const isMirrored = document.documentElement.dir === 'rtl'
  const [shapeX, textX] = isMirrored ? [x + BOX - 22, x + BOX - (isActor ? 30 : 12)] : [x + 10, x + (isActor ? 30 : 12)]
  return (
    <g>
      <title>{text}</title>
      <rect x={x} y={y} width={BOX} height={NODE} rx={7} className={style[kind]} />
      {isActor && (
        <g transform={`translate(${shapeX} ${y + 10})`}>
          <PlaceShape place={placeOf(exchange, country)} />
        </g>
      )}
      <text x={textX} y={y + NODE / 2} dominantBaseline="central" className={style.nodeText}>
        {shown}
      </text>
    </g>
  )
}
