import type { Jurisdiction } from '../core/jurisdiction.ts'
import type { Day } from '../core/units.ts'
import type { Fact } from '../facts/fact.ts'
import { factsOfOwnMachine, factsOfOwnOperator } from '../facts/own-machine.ts'
import type { Configuration, EndpointConfiguration } from './config-schema.ts'
import { factsOfProvider } from './providers.ts'

/** The entity that stands for the operator when the configuration names none of the fact book. */
export const OPERATOR = 'entity:operator'

export const endpointSubject = (name: string, endpoint: EndpointConfiguration): string =>
  endpoint.subject ?? (endpoint.kind === 'engine' ? undefined : factsOfProvider(endpoint)) ?? `endpoint:${name}`

/** The rows that follow from the configuration itself: who runs the exchange, what runs on its own machine, which model answers where. */
export const ownFacts = ({ exchange, endpoints }: Configuration, asOf: Day): Fact[] => {
  const place = exchange.seat as Jurisdiction
  const operator = exchange.entity ?? OPERATOR
  return [
    ...(exchange.entity === undefined ? factsOfOwnOperator(operator, place, asOf) : []),
    ...Object.entries(endpoints).flatMap(([name, endpoint]): readonly Fact[] => {
      const subject = endpointSubject(name, endpoint)
      if (endpoint.kind === 'engine')
        return factsOfOwnMachine({ subject, operator, place, asOf, ...(endpoint.sha256 === undefined ? {} : { digest: endpoint.sha256 }) })
      return Object.entries(endpoint.models).flatMap(([model, { subject: served }]) =>
        served === undefined ? [] : [servedModel(`${subject}/${model}`, served, `endpoints.${name}.models.${model}`, asOf)],
      )
    }),
  ]
}

/** The owner attests by configuring it that this is the model that answers there. */
const servedModel = (subject: string, served: string, field: string, asOf: Day): Fact => ({
  id: `own:${field}`.replaceAll('/', '.').slice(0, 64),
  subject,
  predicate: 'serves',
  object: served,
  source: `allod.yaml: ${field}`,
  sourceKind: 'owner',
  asOf,
  evidence: 'attested',
  origin: 'owner',
})
