// What the page in the address will need is asked for at once, each beside the others: else each would wait for the one before.
import type { QueryClient } from '@tanstack/react-query'
import { ask } from './api/client.ts'
import { keyOf } from './api/use.ts'
import { PAGES } from './pages.tsx'
import { loadWorld } from './world/world.ts'

const BASE = '/console'
/** Pages that show the world. */
const WORLDLY: readonly string[] = ['/', '/map']

/**
 * To be called when the language is known. Nothing here fails: what is not here early is asked for again when it is shown. Resolves when the
 * page's code is here, which its frame waits for: shown without it, the page would come a third of a second later than it could.
 */
export const startEarly = (queries: QueryClient): Promise<unknown> => {
  const path = location.pathname.slice(BASE.length) || '/'
  const page = PAGES.find((each) => each.path === path)
  if (page === undefined) return Promise.resolve()
  const warm = page.View.warm().catch(() => undefined)
  queries.prefetchQuery({ queryKey: keyOf('GET /session', {}), queryFn: () => ask('GET /session', {}) })
  if (!WORLDLY.includes(path)) return warm
  loadWorld().catch(() => undefined)
  // Not after the session: whoever has none is told so twice, and everybody else waits once.
  queries.prefetchQuery({ queryKey: keyOf('GET /map', {}), queryFn: () => ask('GET /map', {}) })
  return warm
}
