/**
 * One country of the map: its code (ISO 3166-1 alpha-2, or one of `build/places.json`), its outline, its label point, its area in px² of a map
 * 1000 px wide, and its bounds; 1 where its borders are disputed. All else is in tenths of such a px.
 */
export type WorldCountry = readonly [
  code: string,
  path: string,
  x: number,
  y: number,
  area: number,
  bounds: readonly [left: number, top: number, right: number, bottom: number],
  disputed?: 1,
]

/** The world in the Equal Earth projection, without Antarctica; `origin` is where the equator meets the middle meridian. */
export type World = {
  readonly width: number
  readonly height: number
  /** Tenths of a px for a radian. */
  readonly scale: number
  readonly origin: readonly [x: number, y: number]
  /** Degrees by which the world is turned to the east. */
  readonly turn: number
  readonly countries: readonly WorldCountry[]
}

let world: World | undefined
let loading: Promise<World> | undefined

/** Fetches the world once; whoever will need it soon asks early. */
export const loadWorld = (): Promise<World> => {
  loading ??= import('virtual:world').then((module) => {
    world = module.world
    return module.world
  })
  return loading
}

/** The world, if it is here already. */
export const worldIfHere = (): World | undefined => world
