// What the palette finds besides pages: anything offers what it can find or do while it is shown.
import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

export type Action = {
  readonly id: string
  /** Verb and object for what is done; a name for what is found. */
  readonly text: string
  readonly group: string
  readonly icon?: LucideIcon
  /** Where the country is that it stands for. */
  readonly country?: string
  /** The key that does the same, shown beside it. */
  readonly keys?: string
  /** INVARIANT: what hurts opens its confirmation, and never acts. */
  readonly act: () => void
}

const offered = new Map<symbol, readonly Action[]>()
let all: readonly Action[] = []
const watchers = new Set<() => void>()
const change = (): void => {
  all = [...offered.values()].flat()
  for (const watcher of watchers) watcher()
}

/** Offers actions to the palette while whoever calls this is shown. */
export const useActions = (actions: readonly Action[]): void => {
  const latest = useRef(actions)
  latest.current = actions
  const signature = actions.map(({ id, text, group }) => `${id} ${text} ${group}`).join('\n')
  useEffect(() => {
    const key = Symbol(signature)
    offered.set(
      key,
      latest.current.map((action, index) => ({ ...action, act: () => latest.current[index]?.act() })),
    )
    change()
    return () => {
      offered.delete(key)
      change()
    }
  }, [signature])
}

export const useOfferedActions = (): readonly Action[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => all,
  )
