// What one person chose for this browser: kept here, sent nowhere.
import { useSyncExternalStore } from 'react'

export type Preferences = {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'compact'
  /** `latin`: 0 to 9 everywhere. `own`: as the language writes them. */
  readonly digits: 'latin' | 'own'
  readonly calendar: 'gregory' | 'own'
  /** Whether single letters act as keys. */
  readonly singleKeys: 'on' | 'off'
}
const DEFAULTS: Preferences = { theme: 'system', density: 'comfortable', digits: 'latin', calendar: 'gregory', singleKeys: 'on' }
const NAMES = Object.keys(DEFAULTS) as (keyof Preferences)[]
const keyOf = (name: keyof Preferences): string => `allod-${name}`

const read = (): Preferences =>
  Object.fromEntries(NAMES.map((name) => [name, localStorage.getItem(keyOf(name)) ?? DEFAULTS[name]])) as Preferences

let current = read()
const watchers = new Set<() => void>()

/** Theme and density are attributes of the page, which the style sheets read. */
const show = (): void => {
  const { dataset } = document.documentElement
  if (current.theme === 'system') delete dataset.theme
  else dataset.theme = current.theme
  dataset.density = current.density
}
show()

export const preferences = (): Preferences => current

export const prefer = (patch: Partial<Preferences>): void => {
  current = { ...current, ...patch }
  for (const name of NAMES) localStorage.setItem(keyOf(name), current[name])
  show()
  for (const watcher of watchers) watcher()
}

export const usePreferences = (): Preferences =>
  useSyncExternalStore((watcher) => {
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  }, preferences)
