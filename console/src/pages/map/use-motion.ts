import { useEffect, useState, useSyncExternalStore } from 'react'

const quiet = matchMedia('(prefers-reduced-motion: reduce)')
const watch = (onChange: () => void): (() => void) => {
  quiet.addEventListener('change', onChange)
  document.addEventListener('visibilitychange', onChange)
  return () => {
    quiet.removeEventListener('change', onChange)
    document.removeEventListener('visibilitychange', onChange)
  }
}

export type Motion = {
  readonly moves: boolean
  readonly isAllowed: boolean
  readonly isPaused: boolean
  readonly pause: (paused: boolean) => void
}

/** Whether dots run along the flows: never for those who asked their system for less motion, nor while nobody looks or somebody paused them. */
export const useMotion = (): Motion => {
  const isAllowed = !useSyncExternalStore(watch, () => quiet.matches)
  const isSeen = useSyncExternalStore(watch, () => document.visibilityState === 'visible')
  const [isPaused, pause] = useState(() => sessionStorage.getItem(PAUSED) === 'yes')
  useEffect(() => sessionStorage.setItem(PAUSED, isPaused ? 'yes' : 'no'), [isPaused])
  return { moves: isAllowed && isSeen && !isPaused, isAllowed, isPaused, pause }
}
const PAUSED = 'allod-map-paused'
