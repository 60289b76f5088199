import { type KeyboardEvent, type PointerEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useSession } from '../api/session.tsx'
import { formatCountry, formatPercent } from '../format.ts'
import { usePlaceOf } from '../places.ts'
import { useSay } from '../words/words.tsx'
import { Marks } from './marks.tsx'
import { type Holder, type Looks, Scene, type Travel } from './scene.tsx'
import {
  type Box,
  flowsOf,
  inOrder,
  insetOf,
  isWithin,
  type MapAnswer,
  type MapEndpoint,
  MOST_FLOWS,
  marksOf,
  middleOf,
  nextInDirection,
  type Power,
  stepOf,
} from './view.ts'
import type { World } from './world.ts'
import style from './world-map.module.css'

/** What a rehearsal takes away: countries that are hatched, and endpoints that become a cross. */
export type Taken = { readonly countries: ReadonlySet<string>; readonly endpoints: ReadonlySet<string> }
export const NOTHING_TAKEN: Taken = { countries: new Set(), endpoints: new Set() }

/** Endpoints nearer to each other than this, in px, are one mark: where marks are looked at, and where they are touched. */
const [NEAR, NEAR_TO_TOUCH] = [14, 25]

/** How wide an element is on the screen, known before it is first painted. */
const useWidth = () => {
  const element = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const measure = (): void => setWidth(current.clientWidth)
    const observer = new ResizeObserver(measure)
    measure()
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}

export type WorldMapProps = {
  readonly world: World
  readonly map: MapAnswer
  readonly power: Power
  readonly label: string
  readonly taken?: Taken
  /** Whether dots run along the flows. */
  readonly moving?: boolean
  readonly chosen?: string | undefined
  /** Absent: a picture, with nothing to choose. */
  readonly onChoose?: (country: string) => void
}

/** The world, shaded by who holds a power; endpoints where they are, lines for the calls of the last minutes, and an inset of home. */
export const WorldMap = ({ world, map, power, label, taken = NOTHING_TAKEN, moving = false, chosen, onChoose }: WorldMapProps) => {
  const { exchange } = useSession()
  const placeOf = usePlaceOf()
  const say = useSay()
  const { element, width } = useWidth()
  const { looks, holders } = useLooks(map, power, taken)
  const travel = useTravel(world, holders, chosen, onChoose)
  const flows = useMemo(() => flowsOf(world, map, placeOf, taken.endpoints).slice(0, MOST_FLOWS), [world, map, placeOf, taken])
  const whole: Box = [0, 0, world.width, world.height]
  const inset = useMemo(() => insetOf(world, map.seat, exchange.home, map.endpoints), [world, map, exchange.home])
  const unit = width === 0 ? 0 : world.width / width
  const linked = onChoose !== undefined
  const isCrowded = (endpoint: MapEndpoint): boolean => {
    const at = middleOf(world, endpoint.country)
    return inset !== undefined && at !== undefined && isWithin(inset, at)
  }
  const marksIn = (endpoints: readonly MapEndpoint[], pixels: number) => marksOf(world, endpoints, placeOf, pixels)
  return (
    <div className={style.map}>
      <Hover label={(code) => `${formatCountry(code)} · ${say(`map.share-${power}`, { share: formatPercent(shareIn(map, code, power)) })}`}>
        <div ref={element} dir="ltr" className={style.frame} style={{ ['--unit' as never]: unit }}>
          <Scene
            world={world}
            looks={looks}
            flows={flows}
            moving={moving}
            label={label}
            chosen={chosen}
            {...(travel === undefined ? {} : { travel })}
          />
          {unit > 0 && (
            <>
              {/* Who stands near home is told apart in the inset, and touched there. */}
              <Marks marks={marksIn(map.endpoints.filter(isCrowded), NEAR * unit)} box={whole} gone={taken.endpoints} linked={false} />
              <Marks
                marks={marksIn(
                  map.endpoints.filter((endpoint) => !isCrowded(endpoint)),
                  NEAR_TO_TOUCH * unit,
                )}
                box={whole}
                gone={taken.endpoints}
                linked={linked}
              />
            </>
          )}
        </div>
      </Hover>
      {inset !== undefined && (
        <Inset box={inset} name={say('map.inset')}>
          {(perPixel) => (
            <>
              <Scene world={world} box={inset} looks={looks} flows={flows} moving={moving} label={undefined} chosen={chosen} />
              {perPixel > 0 && (
                <Marks marks={marksIn(map.endpoints, NEAR_TO_TOUCH * perPixel)} box={inset} gone={taken.endpoints} linked={linked} />
              )}
            </>
          )}
        </Inset>
      )}
    </div>
  )
}

const shareIn = ({ countries }: MapAnswer, code: string, power: Power): number =>
  countries.find(({ country }) => country === code)?.powers[power].share ?? 0

/** Which country looks how, and which can be chosen, in order of their shares. */
const useLooks = (map: MapAnswer, power: Power, taken: Taken): { readonly looks: Looks; readonly holders: readonly Holder[] } => {
  const { exchange } = useSession()
  return useMemo(() => {
    const isHome = (country: string): boolean => exchange.home.includes(country)
    const lookOf = (country: string, share: number): string =>
      taken.countries.has(country) ? 'cut' : isHome(country) ? 'home' : share > 0 ? `r${stepOf(share)}` : ''
    const looks = new Map([...exchange.home, ...taken.countries].map((country) => [country, lookOf(country, 0)]))
    const holders = inOrder(map.countries, power, isHome)
      .filter(({ country, powers }) => powers[power].share > 0 || taken.countries.has(country))
      .map(({ country, powers }): Holder => {
        const { share } = powers[power]
        return {
          code: country,
          name: formatCountry(country),
          figure: formatPercent(share),
          look: lookOf(country, share),
          hasMark: map.endpoints.some((endpoint) => endpoint.country === country),
        }
      })
    for (const { code, look } of holders) looks.set(code, look)
    return { looks, holders }
  }, [map, power, taken, exchange.home])
}

/** One country is reached by Tab; arrow keys go to the nearest in their direction, Home to the largest share. */
const useTravel = (
  world: World,
  holders: readonly Holder[],
  chosen: string | undefined,
  onChoose: ((country: string) => void) | undefined,
): Travel | undefined => {
  const [focused, setFocused] = useState<string>()
  if (onChoose === undefined) return undefined
  const codes = new Set(holders.map(({ code }) => code))
  const reached = [focused, chosen, holders[0]?.code].find((code) => code !== undefined && codes.has(code))
  const onKeyDown = (event: KeyboardEvent<SVGGElement>, code: string): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onChoose(code)
      return
    }
    const from = middleOf(world, code)
    const others = holders.flatMap((other) => {
      const at = middleOf(world, other.code)
      return other.code === code || at === undefined ? [] : [{ code: other.code, at }]
    })
    const next = event.key === 'Home' ? holders[0]?.code : from && nextInDirection(from, event.key, others)
    if (next === undefined) return
    event.preventDefault()
    event.currentTarget.parentElement?.querySelector<SVGGElement>(`[data-country="${next}"]`)?.focus()
  }
  return { holders, chosen, reached, onChoose, onReach: setFocused, onKeyDown }
}

type Pointed = { readonly code: string; readonly x: number; readonly y: number }
/** The name of the country under the pointer. Whoever uses none has the table. */
const Hover = ({ label, children }: { readonly label: (code: string) => string; readonly children: ReactNode }) => {
  const [pointed, setPointed] = useState<Pointed>()
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const code = event.target instanceof Element ? event.target.closest('[data-country]')?.getAttribute('data-country') : undefined
    const box = event.currentTarget.getBoundingClientRect()
    const isCountry = /^[A-Z]{2}$/.test(code ?? '')
    setPointed(
      isCountry && event.pointerType === 'mouse' ? { code: code ?? '', x: event.clientX - box.x, y: event.clientY - box.y } : undefined,
    )
  }
  return (
    <div className={style.hover} dir="ltr" onPointerMove={move} onPointerLeave={() => setPointed(undefined)}>
      {children}
      {pointed !== undefined && (
        <div className={style.tip} aria-hidden="true" dir="auto" style={{ insetInlineStart: pointed.x, insetBlockStart: pointed.y }}>
          {label(pointed.code)}
        </div>
      )}
    </div>
  )
}

const Inset = ({
  box,
  name,
  children,
}: {
  readonly box: Box
  readonly name: string
  readonly children: (perPixel: number) => ReactNode
}) => {
  const { element, width } = useWidth()
  const perPixel = width === 0 ? 0 : box[2] / width
  return (
    <figure className={style.inset}>
      <div ref={element} dir="ltr" className={style.frame} style={{ ['--unit' as never]: perPixel }}>
        {children(perPixel)}
      </div>
      <figcaption className={style.caption}>{name}</figcaption>
    </figure>
  )
}
