import type { EndpointId } from '../core/ids.ts'
import { servedHeader } from './jurisdiction-headers.ts'
import type { Authentication, Endpoint, EndpointModel, Snapshot, Target } from './snapshot.ts'

/** One endpoint model with everything a call needs of it worked out beforehand: texts, bytes and headers. */
export type Step = {
  readonly endpoint: Endpoint
  readonly model: EndpointModel
  /** The model's name as JSON, for splicing. */
  readonly modelJson: Uint8Array
  /** `"endpoint":…,"model":…,"see":[…],"stop":[…],"change":[…]` */
  readonly record: string
  /** `"endpoint":…,"model":…` */
  readonly recordName: string
  /** Names and values in turn, authentication included. */
  readonly requestHeaders: readonly string[]
  /** Names and values in turn: who answers and under whose reach. */
  readonly responseHeaders: readonly string[]
}

const encoder = new TextEncoder()
const steps = new WeakMap<Endpoint, Map<string, Step>>()

/** The step for a target, or undefined when the snapshot has no such endpoint or model. */
export const stepOf = (snapshot: Snapshot, target: Target): Step | undefined => {
  const endpoint = snapshot.endpoints.get(target.endpoint)
  const model = endpoint?.models.get(target.model)
  if (endpoint === undefined || model === undefined) return undefined
  let models = steps.get(endpoint)
  if (models === undefined) {
    models = new Map()
    steps.set(endpoint, models)
  }
  let step = models.get(target.model)
  if (step === undefined) {
    step = prepare(endpoint, model)
    models.set(target.model, step)
  }
  return step
}

const prepare = (endpoint: Endpoint, model: EndpointModel): Step => {
  const { see, stop, change } = model.reach
  const recordName = `"endpoint":${JSON.stringify(endpoint.id)},"model":${JSON.stringify(model.model)}`
  return {
    endpoint,
    model,
    modelJson: encoder.encode(JSON.stringify(model.model)),
    record: `${recordName},"see":${JSON.stringify(see)},"stop":${JSON.stringify(stop)},"change":${JSON.stringify(change)}`,
    recordName,
    // An answer in another encoding could not be looked at, so none is asked for and none is accepted.
    requestHeaders: [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      'allod',
      ...authenticationHeaders(endpoint.authentication),
    ],
    responseHeaders: [
      'allod-endpoint',
      headerText(endpoint.id),
      'jurisdiction-served',
      servedHeader(model.reach),
      ...(endpoint.simulated ? ['allod-simulated', 'true'] : []),
    ],
  }
}

const authenticationHeaders = (authentication: Authentication): readonly string[] => {
  switch (authentication.kind) {
    case 'none':
      return []
    case 'bearer':
      return ['authorization', `Bearer ${authentication.token}`]
    case 'header':
      return [authentication.name.toLowerCase(), authentication.value]
  }
}

const headerText = (id: EndpointId): string => encodeURI(id)
