// When what goes wrong, drawn beforehand: the same seed gives the same troubles.
import { Chance } from './chance.ts'
import { ENDPOINTS } from './stage.ts'
import { TROUBLES, type Trouble } from './troubles.ts'

/** Seconds from the first call. */
export type Happening = { readonly at: number } & (
  | { readonly kind: 'trouble'; readonly endpoint: string; readonly trouble: Trouble | undefined }
  | { readonly kind: 'cut'; readonly endpoint: string; readonly running: 'finish' | 'abort' }
  | { readonly kind: 'restore'; readonly endpoint: string }
  | { readonly kind: 'reload' }
)
const WELL_FOR = 20
const TROUBLED_FOR = { least: 4, mean: 8 }
const CUT_AFTER = 25
const CUT_FOR = { least: 3, most: 12 }
const RELOAD_AFTER = 40

/** The last tenth passes without trouble, so that whoever was in it can be seen to come back. */
export const drawSchedule = (seconds: number, seed: number): readonly Happening[] => {
  const end = seconds * 0.9
  const chance = new Chance(seed)
  const happenings: Happening[] = []
  for (const { name: endpoint, steadfast } of ENDPOINTS) {
    if (steadfast) continue
    for (let at = chance.wait(WELL_FOR); at < end; at += chance.wait(WELL_FOR)) {
      happenings.push({ at, kind: 'trouble', endpoint, trouble: chance.pick(TROUBLES) })
      at = Math.min(end, at + TROUBLED_FOR.least + chance.wait(TROUBLED_FOR.mean))
      happenings.push({ at, kind: 'trouble', endpoint, trouble: undefined })
    }
  }
  for (let at = chance.wait(CUT_AFTER); at < end; at += chance.wait(CUT_AFTER)) {
    const endpoint = chance.pick(['far-a', 'far-b', 'home-a'])
    happenings.push({ at, kind: 'cut', endpoint, running: chance.pick(['finish', 'abort']) })
    at = Math.min(end, at + chance.between(CUT_FOR.least, CUT_FOR.most))
    happenings.push({ at, kind: 'restore', endpoint })
  }
  for (let at = chance.wait(RELOAD_AFTER); at < end; at += chance.wait(RELOAD_AFTER)) happenings.push({ at, kind: 'reload' })
  return happenings.sort((a, b) => a.at - b.at)
}

export const happeningName = (happening: Happening): string =>
  happening.kind === 'trouble'
    ? happening.trouble === undefined
      ? 'times well again'
      : `times ${happening.trouble}`
    : `times ${happening.kind}${happening.kind === 'cut' ? `, running calls ${happening.running}` : ''}`
