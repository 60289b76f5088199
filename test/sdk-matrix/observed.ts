// What the exchange said beside its answers: the `allod` member of a body, of whichever call was made within `observe`. The SDKs use
// the platform's `fetch`, and none of them notices that its answers are read twice.
import { AsyncLocalStorage } from 'node:async_hooks'
import { isJsonObject, type Json, parseJson } from '../../src/core/json.ts'
import type { Warning } from '../../src/gateway/dialects/neutral.ts'

const current = new AsyncLocalStorage<Promise<string>[]>()

/** Until the returned function is called. */
export const startObserving = (): (() => void) => {
  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init)
    // A broken stream breaks its copy too, and says nothing more.
    current.getStore()?.push(
      response
        .clone()
        .text()
        .catch(() => ''),
    )
    return response
  }
  return () => {
    globalThis.fetch = fetch
  }
}

export const observe = async <T>(run: () => Promise<T>): Promise<{ readonly value: T; readonly warnings: readonly Warning[] }> => {
  const bodies: Promise<string>[] = []
  const value = await current.run(bodies, run)
  return { value, warnings: (await Promise.all(bodies)).flatMap(warningsIn) }
}

const warningsIn = (body: string): readonly Warning[] => {
  const texts = body.startsWith('{') ? [body] : [...body.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => data)
  return texts.flatMap((text) => {
    const value = text.includes('"allod"') ? parseJson(text) : undefined
    return value?.ok === true ? told(value.value) : []
  })
}
const told = (value: Json): readonly Warning[] => {
  if (!isJsonObject(value)) return []
  const { allod } = value
  const own = isJsonObject(allod) && Array.isArray(allod.warnings) ? (allod.warnings as unknown as readonly Warning[]) : []
  return [...own, ...Object.entries(value).flatMap(([name, inner]) => (name === 'allod' ? [] : told(inner)))]
}
