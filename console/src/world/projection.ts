import type { World } from './world.ts'

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796]
const M = Math.sqrt(3) / 2
const RADIAN = Math.PI / 180

/** Where a place is on the map, by the Equal Earth projection of Šavrič, Patterson and Jenny (2018). Degrees; north and east are positive. */
export const project = ({ scale, origin, turn }: World, longitude: number, latitude: number): readonly [x: number, y: number] => {
  const turned = longitude + turn
  const lambda = (turned - 360 * Math.round(turned / 360)) * RADIAN
  const theta = Math.asin(M * Math.sin(latitude * RADIAN))
  const square = theta * theta
  const sixth = square * square * square
  const x = (lambda * Math.cos(theta)) / (M * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)))
  const y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
  return [origin[0] + scale * x, origin[1] - scale * y]
}

/** Lines of equal longitude, every 30°, and of equal latitude, every 20°, as far as the map goes. */
export const graticule = (world: World): string => {
  const line = (points: readonly (readonly [number, number])[]): string =>
    `M${points.map(([longitude, latitude]) => project(world, longitude, latitude).map(Math.round).join(' ')).join('L')}`
  const range = (from: number, to: number, by: number): readonly number[] =>
    Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by)
  const east = 180 - world.turn - 0.001
  const meridians = range(-150, 180, 30).map((longitude) => line(range(-60, 80, 5).map((latitude) => [longitude, latitude])))
  const parallels = range(-40, 60, 20).map((latitude) =>
    line([[east - 359.998, latitude], ...range(-160, 190, 10).map((at) => [at, latitude] as const), [east, latitude]]),
  )
  return [...meridians, ...parallels].join('')
}
