import { answerHeaders, isFramed, isJson, mediaType } from './answer-headers.ts'
import { spliceModel } from './asked.ts'
import type { AnswerStream, Attempt, Carriage, Carrier } from './carriage.ts'
import { EventGate } from './events.ts'
import { type Observed, observe } from './observed.ts'
import type { GatewayPorts, UpstreamHeaders, UpstreamRequest } from './ports.ts'
import type { Step } from './prepared.ts'
import type { Classified } from './stages.ts'

/**
 * Caller and endpoint speak the same: the model's name is replaced in the caller's bytes, and the answer's bytes pass untouched, looked
 * at from the side. It holds nothing of a call, so that one serves all.
 */
export class Direct implements Carrier, Carriage {
  readonly overhead = 0
  protected readonly step: Step
  private readonly path: string

  constructor(step: Step, path: string) {
    this.step = step
    this.path = path
  }

  prepare(): Carriage {
    return this
  }

  request({ authenticated, asked, body }: Classified, ports: GatewayPorts): UpstreamRequest {
    const { endpoint, model, requestHeaders, modelJson } = this.step
    const { forwarded } = authenticated.head
    return {
      endpoint,
      model,
      path: this.path,
      headers: forwarded.length === 0 ? requestHeaders : [...requestHeaders, ...forwarded],
      body: spliceModel(body, asked, modelJson, ports.allocate),
    }
  }

  stream(headers: UpstreamHeaders, { ports }: Attempt): AnswerStream | undefined {
    return mediaType(headers) === 'text/event-stream' ? new EventGate(ports.allocate) : undefined
  }

  /**
   * INVARIANT(G5): half an answer is not an answer, whatever length it claimed. An empty body whose framing says that it is empty is
   * whole, and official SDKs read it as no value; but where another endpoint is left, that one may have more to say.
   */
  whole(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string {
    const { status, upstreamHeaders } = attempt
    if (status >= 300 || !isJson(mediaType(upstreamHeaders))) return body
    const isWhole = body.length > 0 ? observe(body, 0, body.length, seen) : isFramed(upstreamHeaders) && !attempt.hasNext()
    return isWhole ? body : 'JSON that breaks off'
  }

  status(status: number): number {
    return status
  }

  headers(classified: Classified, upstream: UpstreamHeaders): string[] {
    return answerHeaders(classified, this.step, upstream)
  }

  record(): string {
    return ''
  }
}
