// Single keys: what each page offers, and what they do everywhere. They never act inside fields, and can be switched off (WCAG 2.1.4).
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { preferences } from '../preferences.ts'

export type KeyOffer = {
  /** As `KeyboardEvent.key` says it. */
  readonly key: string
  readonly label: string
  readonly act: () => void
}

let offers: readonly KeyOffer[] = []
const watchers = new Set<() => void>()
const change = (next: readonly KeyOffer[]): void => {
  offers = next
  for (const watcher of watchers) watcher()
}

/** What the page on screen offers, for the list of keys. */
export const useOfferedKeys = (): readonly KeyOffer[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => offers,
  )

/** Offers keys while the page is shown: `useKeys([{ key: 'x', label: say('…'), act }])`. */
export const useKeys = (wanted: readonly KeyOffer[]): void => {
  // What a key does may change with every drawing; that it is offered does not.
  const latest = useRef(wanted)
  latest.current = wanted
  const signature = wanted.map(({ key, label }) => `${key} ${label}`).join('\n')
  useEffect(() => {
    const own = latest.current.map(({ key, label }, index) => ({ key, label, act: () => latest.current[index]?.act() }))
    if (signature !== '') change([...offers, ...own])
    return () => change(offers.filter((offer) => !own.includes(offer)))
  }, [signature])
}

/** Whether what was typed belongs to a field. */
const isInField = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
const isLayered = (): boolean => document.querySelector('dialog[open]') !== null

const PATIENCE = 1200

/** Listens for keys while the frame is shown. `jump` goes to the page of a letter after `g` and says whether there is one. */
export const useFrameKeys = (does: {
  readonly find: () => void
  readonly show: () => void
  readonly jump: (letter: string) => boolean
}): void => {
  const latest = useRef(does)
  latest.current = does
  useEffect(() => {
    let jumpUntil = 0
    const single = (event: KeyboardEvent): boolean => {
      const { key } = event
      if (Date.now() < jumpUntil) {
        jumpUntil = 0
        return latest.current.jump(key)
      }
      if (key === 'g') jumpUntil = Date.now() + PATIENCE
      else if (key === '?') latest.current.show()
      else if (key === '/') return focusFilter()
      else if (key === 'j' || key === 'k') return moveRow(key === 'j' ? 1 : -1)
      else {
        const offer = offers.findLast((each) => each.key === key)
        offer?.act()
        return offer !== undefined
      }
      return true
    }
    const hear = (event: KeyboardEvent): void => {
      const isCommand = event.ctrlKey || event.metaKey
      if (isCommand && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        latest.current.find()
      } else if (event.key === 'F6') {
        event.preventDefault()
        nextRegion(event.shiftKey ? -1 : 1)
      } else if (!isCommand && !event.altKey && !isInField(event) && !isLayered() && preferences().singleKeys === 'on') {
        if (single(event)) event.preventDefault()
      }
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [])
}

/** The field that filters this page says so: `data-filter`. */
const focusFilter = (): boolean => {
  const filter = document.querySelector<HTMLElement>('[data-filter]')
  filter?.focus()
  return filter !== null
}

/** To the link of the next row of the page’s first table. */
const moveRow = (step: number): boolean => {
  const links = [...document.querySelectorAll<HTMLElement>('main tbody th a')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus()
  return links.length > 0
}

/** Regions of the frame, in order: `data-region`. */
const nextRegion = (step: number): void => {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(({ offsetParent }) => offsetParent !== null)
  const at = regions.findIndex((region) => region.contains(document.activeElement))
  const region = regions[(at + step + regions.length) % regions.length]
  const first = region?.querySelector<HTMLElement>('h1, a[href], button, input, select, textarea, [tabindex="0"]')
  first?.focus()
}
