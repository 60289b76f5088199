import { useSyncExternalStore } from 'react'

/** A view that somebody wants to come back to, kept in this browser and sent nowhere. */
export type Saved = { readonly name: string; readonly search: string }
const KEY = 'allod-saved-calls'
const watchers = new Set<() => void>()

const encode = (saved: readonly Saved[]): string => saved.map(({ name, search }) => `${encodeURIComponent(name)}\t${search}`).join('\n')
const decode = (text: string): readonly Saved[] =>
  text
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([name = '', search]) => (search === undefined ? [] : [{ name: decodeURIComponent(name), search }]))

let text = localStorage.getItem(KEY) ?? ''
let saved = decode(text)

export const useSaved = (): readonly Saved[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => saved,
  )

const keep = (next: readonly Saved[]): void => {
  saved = next
  text = encode(next)
  localStorage.setItem(KEY, text)
  for (const watcher of watchers) watcher()
}
/** One of the same name takes the place of the other. */
export const save = (view: Saved): void => keep([...saved.filter(({ name }) => name !== view.name), view])
export const forget = (name: string): void => keep(saved.filter((each) => each.name !== name))
