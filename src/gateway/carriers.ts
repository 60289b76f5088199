import { type Asking, type Carriage, type Carrier, Unsupported } from './carriage.ts'
import { Direct } from './direct.ts'
import type { Step } from './prepared.ts'
import { passesThrough } from './providers/pass-through.ts'
import { type Deviations, deviationsOf, type Place } from './providers/profile.ts'
import { COUNTS, chatDialect, EMBEDS, RANKS, type Route, SERVICES, type Service } from './services.ts'
import { Tapped } from './tapped.ts'
import { TranslatedAnswers } from './translated-answers.ts'
import { TranslatedChat } from './translated-chat.ts'

/** Services whose answers are looked at byte by byte; those of the others are read by their dialect. */
const WATCHED: ReadonlySet<Route> = new Set<Route>(['chat', 'completions', 'embeddings'])

/** How calls of a service come to a step: directly where the endpoint speaks as the caller does and takes what its dialect knows. */
export const carrierFor = (step: Step, route: Route): Carrier => {
  const service = SERVICES[route]
  const { native } = service
  const spoken = [step.endpoint.dialect, ...step.endpoint.alsoSpeaks].find((name) => native?.at.includes(name))
  if (native === undefined || spoken === undefined) return translated(step, service)
  const tapped = new Tapped(step, service, native.path)
  const direct = WATCHED.has(route) ? new WhereNobodyFollows(new Direct(step, native.path), tapped) : tapped
  const { provider } = step.endpoint
  if (provider === undefined) return direct
  // What a profile says of chat holds for nothing else; a place that wants to be named in the body is named in every body.
  const deviations = service.kind === 'chat' ? deviationsAt(step, spoken) : {}
  if (passesThrough(deviations, provider.place)) return direct
  const other = translated(step, service)
  const sometimes = spoken === step.endpoint.dialect && passesThrough(deviations, provider.place, LEAST)
  return sometimes ? new WhereUntouched(direct, other, deviations, provider.place) : other
}
/** What every request has. */
const LEAST: ReadonlySet<string> = new Set(['model', 'messages'])

/** An endpoint that differs from its dialect in what some requests do not say: these are carried directly, the others translated. */
class WhereUntouched implements Carrier {
  readonly overhead: number
  readonly mayAskAgain: boolean
  private readonly direct: Carrier
  private readonly translated: Carrier
  private readonly deviations: Deviations
  private readonly place: Place

  constructor(direct: Carrier, translated: Carrier, deviations: Deviations, place: Place) {
    this.overhead = translated.overhead
    this.mayAskAgain = translated.mayAskAgain === true
    this.direct = direct
    this.translated = translated
    this.deviations = deviations
    this.place = place
  }

  prepare(asking: Asking): Carriage | Unsupported {
    const untouched = passesThrough(this.deviations, this.place, asking.classified.asked.members)
    return (untouched ? this.direct : this.translated).prepare(asking)
  }
}

/** Whoever may have to go on with a stream needs to know where it makes no sense any more, so that its dialect reads along. */
class WhereNobodyFollows implements Carrier {
  readonly overhead = 0
  private readonly direct: Carrier
  private readonly tapped: Carrier

  constructor(direct: Carrier, tapped: Carrier) {
    this.direct = direct
    this.tapped = tapped
  }

  prepare(asking: Asking): Carriage | Unsupported {
    const { alias, asked } = asking.classified
    return (alias.continuations !== undefined && asked.stream ? this.tapped : this.direct).prepare(asking)
  }
}

/** How calls of a service come to a step when something in them is to be altered, whatever the endpoint speaks. */
export const alteringCarrierFor = (step: Step, route: Route): Carrier => translated(step, SERVICES[route])

const deviationsAt = ({ endpoint, model }: Step, dialect: Service['dialect']['name']): Deviations =>
  endpoint.provider === undefined ? {} : deviationsOf(endpoint.provider.profile, dialect, model.nameThere)

const translated = (step: Step, service: Service): Carrier => {
  const { dialect } = step.endpoint
  switch (service.kind) {
    case 'chat': {
      const deviations = deviationsAt(step, dialect)
      const codec = chatDialect(dialect, step.model.maxOutputTokens, deviations.traits)
      return new TranslatedChat(step, service, codec, deviations)
    }
    case 'embeddings': {
      const codec = EMBEDS[dialect]
      return codec === undefined
        ? unable(step, 'makes no embeddings')
        : new TranslatedAnswers(step, service, { from: service.codec, to: codec, inputOf })
    }
    case 'rerank': {
      const codec = RANKS[dialect]
      return codec === undefined
        ? unable(step, 'ranks no documents')
        : new TranslatedAnswers(step, service, { from: service.codec, to: codec, inputOf })
    }
    case 'count': {
      const codec = COUNTS[dialect]
      return codec === undefined
        ? unable(step, 'counts no tokens')
        : new TranslatedAnswers(step, service, { from: service.codec, to: codec, inputOf: () => 0 })
    }
  }
}

const inputOf = ({ usage }: { readonly usage?: { readonly input?: number } }): number | undefined => usage?.input

/** An endpoint that has nothing of the kind that is asked for. */
const unable = ({ endpoint }: Step, what: string): Carrier => {
  const failure = { kind: 'unsupported', message: `the endpoint \`${endpoint.id}\` ${what}`, param: 'model' } as const
  return { overhead: 0, prepare: () => new Unsupported(failure) }
}
