import type { Json, JsonObject } from '../core/json.ts'
import { observedOf } from '../gateway/providers/observations.ts'
import { SERVICES } from '../gateway/services.ts'
import type { Endpoint, EndpointModel, Snapshot } from '../gateway/snapshot.ts'
import type { Exchange } from './exchange.ts'

/** What `/.well-known/allod.json` says to anybody: who this is, under which law it answers, and how to verify its log. */
export const wellKnown = ({ loaded: { configuration }, law, verifierKeys }: Exchange): JsonObject => {
  const [logKey = '', cosignerKey = ''] = verifierKeys.split('\n')
  const { name, operator, seat } = configuration.exchange
  return {
    allod: 1,
    exchange: name,
    operator,
    seat,
    home: [...law.context.home],
    policy: law.policies.digest,
    facts: law.factsDigest,
    dialects: [...new Set(Object.values(SERVICES).map(({ dialect }) => dialect.name))],
    log: { origin: name, vkey: logKey, cosigner: cosignerKey, checkpoint: '/log/checkpoint', tiles: '/log/tile/' },
  }
}

/** What `allod status` adds while the exchange runs. */
export const describeRunning = (
  snapshot: Snapshot,
  url: string,
  stateOf: (endpoint: Endpoint, model: EndpointModel) => string | undefined,
  healthOf: (name: string) => JsonObject | undefined,
): JsonObject => {
  const endpoints: Json[] = []
  for (const endpoint of snapshot.endpoints.values())
    for (const each of endpoint.models.values()) {
      const { model, nameThere, reach, atHome } = each
      const state = stateOf(endpoint, each)
      const health = healthOf(`${endpoint.id}/${model}`)
      const measured = endpoint.provider && observedOf(endpoint.provider.profile, endpoint.dialect, nameThere)
      const powers = { see: [...reach.see], stop: [...reach.stop], change: [...reach.change] }
      endpoints.push({
        endpoint: endpoint.id,
        model,
        reach: powers,
        atHome,
        simulated: endpoint.simulated,
        ...(measured === undefined ? {} : { measured: { ...measured } }),
        ...(state === undefined ? {} : { state }),
        ...(health === undefined ? {} : { health }),
      })
    }
  return { url, endpoints }
}
