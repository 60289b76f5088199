// The endpoints as the console shows them: the list, one of them, and what may be ordered of them.
import { err, ok, type Result } from '../../core/result.ts'
import type { Endpoint } from '../../gateway/snapshot.ts'
import type { ConsoleFailure, Handlers } from '../../http/console/handlers.ts'
import type { CallSearch } from '../../store/call-search.ts'
import type { EndpointConfiguration } from '../config-schema.ts'
import { addFromConsole, probeFromConsole, shippedProviders } from './endpoint-orders.ts'
import { pageOf } from './endpoint-page.ts'
import { rowOf } from './endpoint-row.ts'
import { tookBy } from './endpoint-took.ts'
import { usageOf } from './endpoint-usage.ts'
import type { ConsoleGround } from './ground.ts'
import { HealthHistory } from './health-history.ts'

type EndpointHandlers = Pick<
  Handlers,
  'GET /endpoints' | 'GET /endpoints/{name}' | 'GET /providers' | 'POST /endpoints' | 'POST /endpoints/{name}/probe'
>

export const endpointHandlers = (ground: ConsoleGround, search: CallSearch): EndpointHandlers => {
  const history = new HealthHistory(ground)
  return {
    'GET /endpoints': async ({ query: { days } }) => {
      const usage = await usageOf(ground, days)
      if (!usage.ok) return usage
      const { from, to, countedSince } = usage.value
      const endpoints = [...ground.snapshot().endpoints.values()]
      const took = await tookBy(
        ground,
        search,
        endpoints.map(({ id }) => id),
        from,
      )
      return ok({ from, to, countedSince, endpoints: endpoints.map((endpoint) => rowOf(ground, endpoint, usage.value, took)) })
    },
    'GET /endpoints/{name}': async ({ path: { name }, query: { model, days } }) => {
      const found = findEndpoint(ground, name, model)
      if (!found.ok) return found
      const usage = await usageOf(ground, days)
      if (!usage.ok) return usage
      const took = await tookBy(ground, search, [name], usage.value.from)
      return ok(await pageOf(ground, history, found.value, usage.value, took))
    },
    'GET /providers': async () => ok({ providers: shippedProviders() }),
    'POST /endpoints': ({ body }, who) => addFromConsole(ground, body, who),
    'POST /endpoints/{name}/probe': async ({ path: { name } }) => {
      const found = findEndpoint(ground, name)
      return found.ok ? probeFromConsole(ground, found.value) : found
    },
  }
}

/** One endpoint as it runs and as it is configured, and the model of it that is asked about. */
export type FoundEndpoint = { readonly endpoint: Endpoint; readonly settings: EndpointConfiguration; readonly model: string }

const findEndpoint = ({ snapshot, exchange }: ConsoleGround, name: string, model?: string): Result<FoundEndpoint, ConsoleFailure> => {
  const { endpoints } = exchange().loaded.configuration
  const settings = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
  const endpoint = [...snapshot().endpoints.values()].find(({ id }) => id === name)
  if (settings === undefined || endpoint === undefined) return notFound(`there is no endpoint \`${name}\``)
  const offered = [...endpoint.models.keys()].map(String)
  const asked = model ?? offered[0] ?? ''
  if (!offered.includes(asked)) return notFound(`endpoint \`${name}\` has no model \`${asked}\`; it has ${offered.join(', ') || 'none'}`)
  return ok({ endpoint, settings, model: asked })
}
const notFound = (message: string): Result<never, ConsoleFailure> => err({ kind: 'not-found', message })
