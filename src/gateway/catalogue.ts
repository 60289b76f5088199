import { err, ok, type Result } from '../core/result.ts'
import { findKey } from './authenticate.ts'
import { findAlias } from './classify.ts'
import type { CallFailure } from './failure.ts'
import { targetsOf } from './plan.ts'
import type { GatewayPorts, Key } from './ports.ts'
import type { Alias, Snapshot } from './snapshot.ts'

/** `GET /v1/models`: the aliases this key may use, in OpenAI's shape, with `allod.targets`: where each leads and its reach. JSON text. */
export const listModels = (ports: GatewayPorts, authorization: string | undefined): Result<string, CallFailure> => {
  const key = findKey(ports, authorization, ports.clock())
  if (!key.ok) return key
  const snapshot = ports.currentSnapshot()
  const data = [...snapshot.aliases.values()]
    .filter((alias) => findAlias(snapshot, key.value, alias.name) !== undefined)
    .map((alias) => describe(snapshot, key.value, alias))
  return ok(JSON.stringify({ object: 'list', data }))
}

/** `GET /v1/models/{id}`: one of them. */
export const oneModel = (ports: GatewayPorts, authorization: string | undefined, name: string): Result<string, CallFailure> => {
  const key = findKey(ports, authorization, ports.clock())
  if (!key.ok) return key
  const snapshot = ports.currentSnapshot()
  const alias = findAlias(snapshot, key.value, name)
  return alias === undefined
    ? err({ kind: 'alias-unknown', message: 'this model is none the key may use' })
    : ok(JSON.stringify(describe(snapshot, key.value, alias)))
}

const describe = (snapshot: Snapshot, key: Key, alias: Alias): object => ({
  id: alias.name,
  object: 'model',
  created: 0,
  owned_by: 'allod',
  allod: {
    targets: targetsOf(alias, key, snapshot).flatMap((target) => {
      const endpoint = snapshot.endpoints.get(target.endpoint)
      const model = endpoint?.models.get(target.model)
      if (endpoint === undefined || model === undefined) return []
      const { see, stop, change } = model.reach
      return [{ endpoint: endpoint.id, model: model.model, see, stop, change, at_home: model.atHome, simulated: endpoint.simulated }]
    }),
  },
})
