import type { Day } from '../core/units.ts'
import type { Fact, Share } from '../facts/fact.ts'
import type { Predicate } from '../facts/predicates.ts'
import type { Configuration } from './config-schema.ts'

/** The entity that stands for the operator when the configuration names none of the fact book. */
export const OPERATOR = 'entity:operator'

export const endpointSubject = (name: string, subject: string | undefined): string => subject ?? `endpoint:${name}`

/**
 * The rows that follow from the configuration itself. By writing that an engine runs here, at this seat, for this operator, its
 * owner attests to the rows; they carry that evidence and say where they come from.
 */
export const ownFacts = (configuration: Configuration, day: Day): Fact[] => {
  const { seat, entity } = configuration.exchange
  const operator = entity ?? OPERATOR
  const facts: Fact[] = []
  const attest = (subject: string, predicate: Predicate, object: string, from: string, share?: Share) => {
    const id = `own-${facts.length + 1}`
    const source = `allod.yaml: ${from}`
    const row = { id, subject, predicate, object, source, sourceKind: 'owner', asOf: day, evidence: 'attested', origin: 'owner' } as const
    facts.push(share === undefined ? row : { ...row, share })
  }
  if (entity === undefined) {
    attest(operator, 'established-in', `country:${seat}`, 'exchange.seat')
    attest(operator, 'owned-by', 'nobody', 'exchange.operator')
  }
  for (const [name, endpoint] of Object.entries(configuration.endpoints)) {
    const subject = endpointSubject(name, endpoint.subject)
    if (endpoint.kind === 'engine') {
      const from = `endpoints.${name}`
      attest(subject, 'located-in', `country:${seat}`, 'exchange.seat')
      attest(subject, 'operated-by', operator, from)
      attest(subject, 'hosted-on', 'self', from)
      attest(subject, 'fronted-by', 'nobody', from)
      attest(subject, 'identity-by', 'nobody', from)
      attest(subject, 'dns-by', 'nobody', from)
      attest(subject, 'custody', operator, `${from}.weights`)
      continue
    }
    for (const [model, settings] of Object.entries(endpoint.models))
      if (settings.subject?.startsWith('model:'))
        attest(`${subject}/${model}`, 'serves', settings.subject, `endpoints.${name}.models.${model}`)
  }
  return facts
}
