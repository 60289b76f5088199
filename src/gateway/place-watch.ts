import { type Json, parseJson } from '../core/json.ts'
import { firstOf } from './answer-headers.ts'
import { MAX_DEPTH } from './decoded.ts'
import { wellFormed } from './dialects/well-formed.ts'
import type { GatewayPorts, UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import { type PlaceReport, readPlaceReport } from './providers/places.ts'
import type { Classified } from './stages.ts'

const LONGEST_WORD = 64
const LIMITS = { maxLength: 1 << 20, maxDepth: MAX_DEPTH }

/** Holds what a vendor says of where it ran one call against where it was asked to. The last word stands. */
export class PlaceWatch {
  private readonly ports: GatewayPorts
  private readonly step: Step
  private readonly classified: Classified
  /** The name by which an event that could hold the report is told from the others. */
  private readonly mark: string | undefined
  private report: PlaceReport | undefined

  constructor(ports: GatewayPorts, step: Step, classified: Classified) {
    this.ports = ports
    this.step = step
    this.classified = classified
    this.mark = step.endpoint.provider?.profile.residency?.report?.member?.split('.').at(-1)
  }

  seeHeaders(headers: UpstreamHeaders): void {
    this.see({ header: (name) => firstOf(headers[name.toLowerCase()]) })
  }

  seeBody(body: Json): void {
    if (this.mark !== undefined) this.see({ body })
  }

  /** Reads the data of an event only where it could hold the report. */
  seeEvent(data: string): void {
    if (this.mark === undefined || !data.includes(this.mark)) return
    const parsed = parseJson(data, LIMITS)
    if (parsed.ok) this.see({ body: parsed.value })
  }

  /** A member of the outcome record, with a comma before it. */
  record(): string {
    const { report } = this
    return report === undefined
      ? ''
      : `,"observed":${JSON.stringify({ place: wellFormed(report.word.slice(0, LONGEST_WORD)), verdict: report.verdict })}`
  }

  private see(answer: Parameters<typeof readPlaceReport>[2]): void {
    const { provider, id } = this.step.endpoint
    if (provider?.profile.residency?.report === undefined) return
    const report = readPlaceReport(provider.profile, provider.place, answer, this.classified.authenticated.snapshot.blocs)
    if (report === undefined) return
    const isNews = report.verdict === 'contradicts' && this.report?.verdict !== 'contradicts'
    this.report = report
    if (!isNews) return
    const incident = { call: this.classified.call, endpoint: id, place: provider.place.name, word: report.word.slice(0, LONGEST_WORD) }
    this.ports.incident?.({ kind: 'place-contradicted', ...incident })
  }
}
