import type { EndpointId } from '../core/ids.ts'
import type { Carrier } from './carriage.ts'
import { alteringCarrierFor, carrierFor } from './carriers.ts'
import { servedHeader } from './jurisdiction-headers.ts'
import type { Route } from './services.ts'
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
  /** How calls of each service come here; filled as they are first asked for. */
  readonly carriers: Map<Route, Carrier>
  readonly altering: Map<Route, Carrier>
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

/** How calls of a service come to a step. */
export const carrierOf = (step: Step, route: Route): Carrier => {
  let carrier = step.carriers.get(route)
  if (carrier === undefined) {
    carrier = carrierFor(step, route)
    step.carriers.set(route, carrier)
  }
  return carrier
}

/** The same by way of the neutral form, for a call that is altered on its way. */
export const alteringCarrierOf = (step: Step, route: Route): Carrier => {
  let carrier = step.altering.get(route)
  if (carrier === undefined) {
    carrier = alteringCarrierFor(step, route)
    step.altering.set(route, carrier)
  }
  return carrier
}

const prepare = (endpoint: Endpoint, model: EndpointModel): Step => {
  const { see, stop, change } = model.reach
  const recordName = `"endpoint":${JSON.stringify(endpoint.id)},"model":${JSON.stringify(model.model)}`
  return {
    endpoint,
    model,
    modelJson: encoder.encode(JSON.stringify(model.nameThere)),
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
      ...(endpoint.provider?.headers ?? []),
      ...versionHeader(endpoint),
      ...authenticationHeaders(endpoint.authentication),
    ],
    responseHeaders: [
      'allod-endpoint',
      headerText(endpoint.id),
      'jurisdiction-served',
      servedHeader(model.reach),
      ...(endpoint.simulated ? ['allod-simulated', 'true'] : []),
    ],
    carriers: new Map(),
    altering: new Map(),
  }
}

/** Anthropic's own endpoint, and what imitates it, answers nobody who names no version. */
const versionHeader = ({ dialect, provider }: Endpoint): readonly string[] =>
  dialect === 'anthropic-messages' && provider?.headers.includes(VERSION) !== true ? [VERSION, '2023-06-01'] : []
const VERSION = 'anthropic-version'

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
