import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

/** Since when nothing live arrives; undefined while it does. */
let lostSince: number | undefined
const watchers = new Set<() => void>()
const setLost = (since: number | undefined): void => {
  lostSince = since
  for (const watcher of watchers) watcher()
}

const TOPICS = ['cuts', 'calls', 'policy', 'facts', 'incidents', 'keys', 'drills', 'proposals', 'people', 'health'] as const
export type Topic = (typeof TOPICS)[number]

const refresh = (queries: QueryClient, topic: string): Promise<void> =>
  queries.invalidateQueries({ predicate: ({ meta }) => (meta?.topics as readonly string[] | undefined)?.includes(topic) === true })

/** Follows what happens at the exchange while somebody is signed in, and asks again for what it touches. */
export const useEvents = (signedIn: boolean): void => {
  const queries = useQueryClient()
  useEffect(() => {
    if (!signedIn) return undefined
    const source = new EventSource('/admin/v1/events')
    for (const topic of TOPICS) source.addEventListener(topic, () => refresh(queries, topic))
    source.onopen = () => {
      if (lostSince !== undefined) queries.invalidateQueries()
      setLost(undefined)
    }
    source.onerror = () => {
      setLost(lostSince ?? Date.now())
      // Refused for good: whoever was signed in here is not any more.
      if (source.readyState === EventSource.CLOSED) queries.invalidateQueries({ queryKey: ['GET /session'] })
    }
    return () => source.close()
  }, [signedIn, queries])
}

/** The moment live figures stopped, in milliseconds since 1970; undefined while they arrive. */
export const useLostSince = (): number | undefined =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => lostSince,
  )
