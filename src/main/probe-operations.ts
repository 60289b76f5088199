// What the exchange itself does of a probe: it decides whether one may be, records it, and signs what came of it.
import type { ApplicationId, EndpointId, ModelName, TenantId } from '../core/ids.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { toReach } from '../facts/reach.ts'
import type { Cuttable } from '../gateway/cuts.ts'
import { noteText } from '../gateway/lab/report.ts'
import { signNote } from '../ledger/note.ts'
import type { DecidingPolicy, Question } from '../policy/decision.ts'
import type { OperationFailure, Operations } from './admin.ts'
import type { Cutting } from './cutting.ts'
import type { Exchange } from './exchange.ts'
import { record } from './record.ts'
import { picksOf, powersOver, reachSubject } from './snapshot.ts'

export const probeOperations = (current: () => Exchange, cutting: Cutting): Operations => ({
  'probe/open': (input) => openProbe(current(), cutting, input),
  'probe/close': (input) => closeProbe(current(), input),
})

const refused = (message: string): Result<never, OperationFailure> => err({ kind: 'refused', message })
const text = (input: JsonObject, name: string): string => (typeof input[name] === 'string' ? input[name] : '')
const amount = (input: JsonObject, name: string): number => (Number.isSafeInteger(input[name]) ? Number(input[name]) : 0)

/**
 * INVARIANT(G1): a probe is content that goes to an endpoint, and its texts are public: it may be where policy lets some application of
 * this exchange send the lowest data class. INVARIANT(G2): its record is durable when this says yes, home or not. Refusals are recorded too.
 */
const openProbe = async (exchange: Exchange, cutting: Cutting, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const found = targetOf(exchange, input)
  if (!found.ok) return found
  const { endpoint, model, reach, dataClass } = found.value.question
  const { law } = exchange
  const cut = cutting.over(found.value.cuttable)
  const permitted = cut === undefined ? permitOf(exchange, found.value.question) : err([{ id: 'cut', reason: `\`${cut.subject}\` is cut` }])
  const common = { endpoint, model, ...reach, class: dataClass, policy: law.policies.digest, facts: law.factsDigest }
  if (!permitted.ok) {
    const by = [...new Set(permitted.error.map(({ id }) => id))]
    const recorded = await record(exchange, 'probe', { phase: 'refused', ...common, by })
    if (!recorded.ok) return recorded
    const reasons = [...new Set(permitted.error.map(({ reason }) => reason))].slice(0, 4).join('; ')
    if (cut !== undefined) return refused(`\`${endpoint}/${model}\` is not probed while \`${cut.subject}\` is cut`)
    return refused(`policy lets nobody send \`${dataClass}\` data to \`${endpoint}/${model}\`, and a probe is such data: ${reasons}`)
  }
  const announced = { calls: amount(input, 'calls'), cost: amount(input, 'cost'), experiments: input.experiments ?? [] }
  const recorded = await record(exchange, 'probe', { phase: 'opened', ...common, ...permitted.value, ...announced })
  return recorded.ok ? ok({ index: recorded.value, ...permitted.value }) : recorded
}

type Target = Pick<Question, 'endpoint' | 'model' | 'reach' | 'facts' | 'tags' | 'dataClass'>
type Probed = { readonly question: Target; readonly cuttable: Cuttable }

const targetOf = ({ loaded: { configuration }, law }: Exchange, input: JsonObject): Result<Probed, OperationFailure> => {
  const [endpoint, model] = [text(input, 'endpoint'), text(input, 'model')]
  const settings = Object.hasOwn(configuration.endpoints, endpoint) ? configuration.endpoints[endpoint] : undefined
  if (settings === undefined) return refused(`the exchange in force has no endpoint \`${endpoint}\``)
  const known = settings.kind === 'engine' ? settings.model === model : Object.hasOwn(settings.models, model)
  if (!known) return refused(`the endpoint \`${endpoint}\` has no model \`${model}\``)
  const { answer, stoppedBy, serves } = powersOver(
    law.world(settings.kind === 'engine' ? {} : picksOf(settings)),
    reachSubject(endpoint, settings, model),
  )
  return ok({
    question: {
      endpoint: endpoint as EndpointId,
      model: model as ModelName,
      reach: toReach(answer),
      facts: answer.rows.map(({ fact }) => fact.id),
      tags: settings.tags,
      dataClass: configuration.dataClasses[0] ?? '',
    },
    cuttable: { endpoint, model, stoppedBy, serves },
  })
}

type Permit = { readonly tenant: string; readonly application: string; readonly purpose: string }

/** The first application and purpose for which policy says yes and asks for nothing; otherwise who said no. */
const permitOf = ({ loaded: { configuration }, law }: Exchange, target: Target): Result<Permit, readonly DecidingPolicy[]> => {
  const no: DecidingPolicy[] = []
  for (const [tenant, { applications }] of Object.entries(configuration.tenants))
    for (const [application, settings] of Object.entries(applications))
      for (const purpose of settings.purposes ?? Object.keys(configuration.purposes)) {
        const decision = law.policies.decide({ ...target, tenant: tenant as TenantId, application: application as ApplicationId, purpose })
        if (decision.permit && decision.obligations.length === 0) return ok({ tenant, application, purpose })
        no.push(...(decision.policies.length > 0 ? decision.policies : [{ id: 'no-permit', reason: 'no policy permits this' }]))
      }
  return err(no.length > 0 ? no : [{ id: 'no-permit', reason: 'the exchange has no application' }])
}

const DIGEST = /^[0-9a-f]{64}$/

/** Records what a probe cost and the digest of its report, and signs that digest: what was measured cannot be told otherwise later. */
const closeProbe = async (exchange: Exchange, input: JsonObject): Promise<Result<Json, OperationFailure>> => {
  const [endpoint, model, digest] = [text(input, 'endpoint'), text(input, 'model'), text(input, 'digest')]
  if (!DIGEST.test(digest) || endpoint === '' || /\s/.test(endpoint))
    return err({ kind: 'unusable', message: 'there is no report to sign' })
  const spent = {
    calls: amount(input, 'calls'),
    input: amount(input, 'input'),
    output: amount(input, 'output'),
    cost: amount(input, 'cost'),
  }
  const ended = { phase: 'closed', endpoint, model, opened: amount(input, 'opened'), ...spent, end: text(input, 'ending'), report: digest }
  const recorded = await record(exchange, 'probe', ended)
  if (!recorded.ok) return recorded
  const note = signNote(noteText(exchange.signers.log.key.name, { endpoint, started: amount(input, 'started') }, digest), exchange.signers)
  return ok({ note })
}
