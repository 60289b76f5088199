// One look at the world: land, flows and marks within a box. The map and its inset are two of them.
import { type KeyboardEvent, memo, type ReactNode } from 'react'
import { graticule } from './projection.ts'
import style from './scene.module.css'
import { type Box, type Flow, touches } from './view.ts'
import type { World, WorldCountry } from './world.ts'

/** How a country looks: a class of `scene.module.css`, such as `r3`, `home`, `cut`; nothing said is plain land. */
export type Looks = ReadonlyMap<string, string>

/** A country with a share, that can be chosen. */
export type Holder = {
  readonly code: string
  readonly name: string
  readonly figure: string
  readonly look: string
  /** Whether an endpoint stands in its middle, where the figure would be. */
  readonly hasMark: boolean
}

const SMALL = 60
const [LABELLED, DARK, UNLABELLED] = [1200, new Set(['r4', 'r5']), new Set(['home', 'cut'])]

const Land = memo(
  ({ countries, looks, lines }: { readonly countries: readonly WorldCountry[]; readonly looks: Looks; readonly lines: string }) => (
    <g>
      <path className={style.graticule} d={lines} />
      {countries.map(([code, path, , , , , disputed]) => (
        <path
          key={code}
          data-country={code}
          d={path}
          className={`${style.land} ${style[looks.get(code) ?? ''] ?? ''} ${disputed === 1 ? style.disputed : ''}`}
        />
      ))}
    </g>
  ),
)

const Flows = ({ flows, moving }: { readonly flows: readonly Flow[]; readonly moving: boolean }) => (
  <g>
    {flows.map(({ endpoint, path, width, place, broken }) => (
      <g key={endpoint} className={style[place]}>
        <path className={style.halo} d={path} style={{ strokeWidth: width + 2.5 }} />
        <path className={`${style.flow} ${broken ? style.broken : ''}`} d={path} style={{ strokeWidth: broken ? 1.3 : width }} />
        {moving && !broken && (
          <circle className={style.dot}>
            <animateMotion dur="2.6s" repeatCount="indefinite" path={path} />
          </circle>
        )}
      </g>
    ))}
  </g>
)

export type Travel = {
  readonly holders: readonly Holder[]
  readonly chosen: string | undefined
  /** Which of them the Tab key comes to. */
  readonly reached: string | undefined
  readonly onChoose: (code: string) => void
  readonly onReach: (code: string) => void
  readonly onKeyDown: (event: KeyboardEvent<SVGGElement>, code: string) => void
}

/** Countries with a share, each a button: drawn over the land, so that their outlines are whole. */
const Holders = ({ world, holders, chosen, reached, onChoose, onReach, onKeyDown }: Travel & { readonly world: World }) => (
  <g>
    {holders.map(({ code, name, figure, look, hasMark }) => {
      const country = world.countries.find(([each]) => each === code)
      if (country === undefined) return null
      const [, path, x, y, area] = country
      return (
        // A country has no element of its own in HTML.
        // biome-ignore lint/a11y/useSemanticElements: SVG has no button
        <g
          key={code}
          role="button"
          data-country={code}
          tabIndex={code === reached ? 0 : -1}
          aria-label={`${name}: ${figure}`}
          aria-pressed={code === chosen}
          className={`${style.holder} ${code === chosen ? style.chosen : ''}`}
          onClick={() => onChoose(code)}
          onFocus={() => onReach(code)}
          onKeyDown={(event) => onKeyDown(event, code)}
        >
          <path d={path} className={`${style.land} ${style[look] ?? ''}`} />
          {area < SMALL && (
            <>
              <circle cx={x} cy={y} className={style.target} />
              <circle cx={x} cy={y} className={`${style.tiny} ${style[look] ?? ''}`} />
            </>
          )}
          {area > LABELLED && !UNLABELLED.has(look) && (
            <text x={x} y={y} className={`${style.label} ${hasMark ? style.below : ''} ${DARK.has(look) ? style[`on-${look}`] : ''}`}>
              {figure}
            </text>
          )}
        </g>
      )
    })}
  </g>
)

/** Fills that need more than a colour: what is cut, and every step where the system's own colours are forced. */
const Patterns = () => (
  <defs>
    <pattern id="map-cut" width="84" height="84" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="84" height="84" className={style['cut-ground']} />
      <rect width="38" height="84" className={style['cut-line']} />
    </pattern>
    {[200, 140, 100, 70, 46].map((gap, index) => (
      <pattern key={gap} id={`map-step-${index + 1}`} width={gap} height={gap} patternUnits="userSpaceOnUse">
        <rect width={gap} height="20" className={style['forced-line']} />
      </pattern>
    ))}
  </defs>
)

/** `box`: the part that is seen; countries outside it are not drawn. `travel`: absent where nothing is to be chosen here. */
export const Scene = ({
  world,
  box,
  looks,
  flows,
  moving,
  label,
  travel,
  chosen,
  children,
}: {
  readonly world: World
  readonly box?: Box | undefined
  readonly looks: Looks
  readonly flows: readonly Flow[]
  readonly moving: boolean
  readonly label: string | undefined
  readonly travel?: Travel
  readonly chosen?: string | undefined
  readonly children?: ReactNode
}) => {
  const seen = box ?? ([0, 0, world.width, world.height] as const)
  const countries = box === undefined ? world.countries : world.countries.filter(([, , , , , bounds]) => touches(box, bounds))
  const outline = chosen === undefined || travel !== undefined ? undefined : countries.find(([code]) => code === chosen)
  return (
    // A picture with a name, a group of buttons with a name, or, as the inset, for eyes alone.
    // biome-ignore lint/a11y/noSvgWithoutTitle: its name is its label
    <svg
      className={style.scene}
      viewBox={seen.join(' ')}
      {...(label === undefined ? { 'aria-hidden': true } : { role: travel === undefined ? 'img' : 'group', 'aria-label': label })}
    >
      {box === undefined && <Patterns />}
      <Land countries={countries} looks={looks} lines={box === undefined ? linesOf(world) : ''} />
      {travel !== undefined && <Holders world={world} {...travel} />}
      {outline !== undefined && <path d={outline[1]} className={style.outline} />}
      <Flows flows={flows} moving={moving} />
      {children}
    </svg>
  )
}

let lines: string | undefined
const linesOf = (world: World): string => {
  lines ??= graticule(world)
  return lines
}
