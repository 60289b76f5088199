/** Built by `build/geometry.ts`. */
declare module 'virtual:world' {
  type World = import('./world.ts').World
  export const world: World
}
