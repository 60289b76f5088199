import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { findKey } from './authenticate.ts'
import { findAlias } from './classify.ts'
import type { DialectName } from './dialects/neutral.ts'
import type { CallFailure } from './failure.ts'
import { targetsOf } from './plan.ts'
import type { GatewayPorts, Key } from './ports.ts'
import type { Alias, Snapshot } from './snapshot.ts'

/** In whose words the list is asked for. */
export type CatalogueShape = Extract<DialectName, 'openai-chat' | 'anthropic-messages' | 'gemini'>

/** The aliases a key may use, each with `allod.targets`: where it leads, and the reach of each target. JSON text. */
export const listModels = (ports: GatewayPorts, authorization: string | undefined, shape: CatalogueShape): Result<string, CallFailure> => {
  const key = findKey(ports, authorization, ports.clock())
  if (!key.ok) return key
  const snapshot = ports.currentSnapshot()
  const models = [...snapshot.aliases.values()]
    .filter((alias) => findAlias(snapshot, key.value, alias.name) !== undefined)
    .map((alias) => describe(snapshot, key.value, alias, shape))
  return ok(JSON.stringify(LISTS[shape](models)))
}

/** One of them. */
export const oneModel = (
  ports: GatewayPorts,
  authorization: string | undefined,
  shape: CatalogueShape,
  name: string,
): Result<string, CallFailure> => {
  const key = findKey(ports, authorization, ports.clock())
  if (!key.ok) return key
  const snapshot = ports.currentSnapshot()
  const alias = findAlias(snapshot, key.value, name)
  return alias === undefined
    ? err({ kind: 'alias-unknown', message: 'this model is none the key may use' })
    : ok(JSON.stringify(describe(snapshot, key.value, alias, shape)))
}

/** The whole list stands on one page. */
const LISTS: { readonly [shape in CatalogueShape]: (models: readonly JsonObject[]) => JsonObject } = {
  'openai-chat': (data) => ({ object: 'list', data }),
  'anthropic-messages': (data) => ({ data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }),
  gemini: (models) => ({ models }),
}

/** An alias is as old as the world: what it leads to changes. */
const ENVELOPES: { readonly [shape in CatalogueShape]: (name: string) => JsonObject } = {
  'openai-chat': (id) => ({ id, object: 'model', created: 0, owned_by: 'allod' }),
  'anthropic-messages': (id) => ({ type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' }),
  gemini: (name) => ({
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'],
  }),
}

const describe = (snapshot: Snapshot, key: Key, alias: Alias, shape: CatalogueShape): JsonObject => ({
  ...ENVELOPES[shape](alias.name),
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
