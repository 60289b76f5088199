// The world as the console draws it: projected and simplified when the console is built, so that no browser has to.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type GeoPermissibleObjects, geoEqualEarth, geoPath } from 'd3-geo'
import type { Feature, MultiPolygon, Polygon } from 'geojson'
import countryCodes from 'i18n-iso-countries/index.js'
import { feature } from 'topojson-client'
import { presimplify, simplify, sphericalTriangleArea } from 'topojson-simplify'
import type { GeometryCollection, Topology } from 'topojson-specification'
import type { Plugin } from 'vite'

/** Width of the map in px, and how much finer its coordinates are. */
const WIDTH = 1000
const TENTHS = 10
/** Triangles smaller than this, in px² of the map, are left out. */
const SMALLEST = 0.35
/** So turned the cut falls near 169° W, and Siberia stays whole. */
const TURN = -11
const ANTARCTICA = '010'
const EDGE = 20

type Named = { readonly name: string }
type Atlas = Topology<{ readonly countries: GeometryCollection<Named> }>
type Land = Feature<Polygon | MultiPolygon, Named>
/** What Natural Earth draws and ISO 3166-1 gives no number. Reviewed by hand. */
type Places = { readonly [name: string]: { readonly code: string; readonly borders: 'disputed' | 'drawn' } }

/**
 * Countries of Natural Earth (1:50 million, public domain, through world-atlas) in the Equal Earth projection of Šavrič, Patterson and Jenny
 * (2018), in tenths of a px on a map 1000 px wide, without Antarctica. Equal in area, so that shade means share.
 * The browser knows the shape as `World` of `src/world/world.ts`.
 */
export const buildWorld = () => {
  const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json')
  const topology = JSON.parse(readFileSync(atlas, 'utf8')) as Atlas
  const projection = geoEqualEarth()
    .rotate([TURN, 0])
    .precision(0)
    .fitWidth(WIDTH * TENTHS, { type: 'Sphere' })
  // The projection keeps areas: one steradian is so many tenths of a px, squared.
  const steradian = projection.scale() ** 2
  // Weighed on the sphere: on longitude and latitude the Arctic would keep too much.
  const weighed = presimplify(topology as never, sphericalTriangleArea)
  const simple = simplify(weighed, (SMALLEST * TENTHS ** 2) / steradian) as unknown as Atlas
  const places = JSON.parse(readFileSync(join(import.meta.dirname, 'places.json'), 'utf8')) as Places
  const found = new Map<string, Rings>()
  const disputed = new Set<string>()
  for (const [coarse, fine] of zip(landsOf(simple), landsOf(topology))) {
    if (coarse.id === ANTARCTICA) continue
    const place = places[coarse.properties.name]
    const code = place?.code ?? countryCodes.numericToAlpha2(String(coarse.id))
    if (code === undefined) throw new Error(`\`${coarse.properties.name}\` has no ISO number and stands not in places.json`)
    if (place?.borders === 'disputed') disputed.add(code)
    const rings = found.get(code) ?? new Rings()
    geoPath(projection, rings)(coarse as GeoPermissibleObjects)
    // What is too small for a line still has a middle.
    if (rings.isEmpty) rings.middle = geoPath(projection).centroid(fine as GeoPermissibleObjects)
    found.set(code, rings)
  }
  const drawn = [...found].map(([code, rings]): readonly [string, Rings] => [code, rings])
  const top = Math.min(...drawn.map(([, rings]) => rings.bounds[1])) - EDGE
  const bottom = Math.max(...drawn.map(([, rings]) => rings.bounds[3])) + EDGE
  const [x, y] = projection.translate()
  return {
    width: WIDTH * TENTHS,
    height: Math.round(bottom - top),
    scale: projection.scale(),
    origin: [Math.round(x), Math.round(y - top)],
    turn: TURN,
    countries: drawn.map(([code, rings]) => rings.country(code, Math.round(top), disputed.has(code))),
  }
}

const landsOf = (atlas: Atlas): readonly Land[] => feature(atlas, atlas.objects.countries).features as Land[]
const zip = <One, Other>(ones: readonly One[], others: readonly Other[]): readonly (readonly [One, Other])[] =>
  ones.map((one, index) => [one, others[index] as Other])

type Point = readonly [x: number, y: number]
type Ring = readonly Point[]

/** Takes what d3-geo draws and keeps it as whole numbers; rings that collapse on the way are gone. */
class Rings {
  middle: Point = [Number.NaN, Number.NaN]
  readonly #rings: Ring[] = []
  #ring: Point[] = []

  moveTo(x: number, y: number): void {
    this.#ring = [[Math.round(x), Math.round(y)]]
  }

  lineTo(x: number, y: number): void {
    const [lastX, lastY] = this.#ring.at(-1) ?? []
    const point = [Math.round(x), Math.round(y)] as const
    if (point[0] !== lastX || point[1] !== lastY) this.#ring.push(point)
  }

  closePath(): void {
    if (areaOf(this.#ring) !== 0) this.#rings.push(this.#ring)
    this.#ring = []
  }

  /** Countries are never drawn as points. */
  arc(): void {}
  beginPath(): void {}

  get isEmpty(): boolean {
    return this.#rings.length === 0
  }

  get bounds(): readonly [left: number, top: number, right: number, bottom: number] {
    const points = this.isEmpty ? [this.middle] : this.#rings.flat()
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  }

  country(code: string, top: number, isDisputed: boolean) {
    const sorted = this.#rings.toSorted((a, b) => Math.abs(areaOf(b)) - Math.abs(areaOf(a)))
    const [largest] = sorted
    const [x, y] = largest === undefined ? this.middle : centreOf(largest)
    // Rings that run the other way round are lakes.
    const area = Math.abs(this.#rings.reduce((sum, ring) => sum + areaOf(ring), 0)) / TENTHS ** 2
    const path = this.#rings.map((ring) => pathOf(ring, top)).join('')
    const [left, upper, right, lower] = this.bounds.map(Math.round) as [number, number, number, number]
    const bounds = [left, upper - top, right, lower - top] as const
    return [code, path, Math.round(x), Math.round(y) - top, Math.round(area * TENTHS) / TENTHS, bounds, ...(isDisputed ? [1 as const] : [])]
  }
}

/** Steps from point to point: shorter than places, and quicker read. */
const pathOf = (ring: Ring, top: number): string => {
  let [atX, atY] = ring[0] ?? [0, 0]
  let path = `M${atX} ${atY - top}l`
  for (const [x, y] of ring.slice(1)) {
    path += `${step(x - atX, path.endsWith('l'))}${step(y - atY, false)}`
    atX = x
    atY = y
  }
  return `${path}z`
}
const step = (by: number, isFirst: boolean): string => (by < 0 || isFirst ? String(by) : ` ${by}`)

const areaOf = (ring: Ring): number => doubled(ring, (cross) => cross) / 2
const centreOf = (ring: Ring): Point => {
  const six = 3 * doubled(ring, (cross) => cross)
  return [doubled(ring, (cross, [ax], [bx]) => cross * (ax + bx)) / six, doubled(ring, (cross, [, ay], [, by]) => cross * (ay + by)) / six]
}
const doubled = (ring: Ring, of: (cross: number, a: Point, b: Point) => number): number =>
  ring.reduce((sum, a, index) => {
    const b = ring[(index + 1) % ring.length] ?? a
    return sum + of(a[0] * b[1] - b[0] * a[1], a, b)
  }, 0)

const WORLD = 'virtual:world'

/** Gives `virtual:world` to the browser as one JSON text, which it reads faster than code. */
export const geometry = (): Plugin => ({
  name: 'geometry',
  resolveId: (id) => (id === WORLD ? `\0${WORLD}` : undefined),
  load: (id) => (id === `\0${WORLD}` ? `export const world = JSON.parse(${JSON.stringify(JSON.stringify(buildWorld()))})` : undefined),
})
