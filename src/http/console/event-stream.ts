import { streamSSE } from 'hono/streaming'
import type { Json } from '../../core/json.ts'
import type { Context } from './application.ts'

/** Something of this topic is new: who shows it, asks again. `detail` holds what is cheaper sent than asked for. */
export type ConsoleEvent = { readonly topic: string; readonly detail?: Json }

const KEEP_ALIVE = 15_000

/** Server-sent events: each names a topic of which something is new. INVARIANT: whoever is signed out, or removed, hears nothing more. */
export const follow = (
  context: Context,
  subscribe: (hear: (event: ConsoleEvent) => void) => () => void,
  isStillThere: () => boolean,
): Response =>
  streamSSE(context, async (stream) => {
    const tell = async (event: string, data: string): Promise<void> => {
      if (isStillThere()) await stream.writeSSE({ event, data })
      else await stream.close()
    }
    const unsubscribe = subscribe(({ topic, detail }) => void tell(topic, JSON.stringify(detail ?? null)))
    stream.onAbort(unsubscribe)
    while (!stream.aborted && !stream.closed) {
      await tell('alive', '')
      await stream.sleep(KEEP_ALIVE)
    }
    unsubscribe()
  })
