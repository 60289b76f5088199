import type { IncomingMessage } from 'node:http'
import type { EpochMillis } from '../core/units.ts'
import type { Bagged } from '../gateway/bag.ts'
import type { CallFailure } from '../gateway/failure.ts'
import { Gathered, join } from '../gateway/gathered.ts'
import { allocate } from './native.ts'

export type BodyDone = (body: Uint8Array | CallFailure) => void

/** A request body on its way into memory, bounded in bytes and, through `check`, in time. */
export class BodyReader implements Bagged {
  place = -1
  private readonly request: IncomingMessage
  private readonly limit: number
  private readonly deadline: EpochMillis
  private done: BodyDone | undefined
  private readonly parts = new Gathered(allocate)

  constructor(request: IncomingMessage, limit: number, deadline: EpochMillis, done: BodyDone) {
    this.request = request
    this.limit = limit
    this.deadline = deadline
    this.done = done
    request.on('data', (chunk: Buffer) => this.take(chunk))
    request.on('end', () => this.finish())
  }

  check(now: EpochMillis): void {
    if (now > this.deadline) this.conclude({ kind: 'body-too-slow', message: 'the body did not arrive in time' })
  }

  /** The caller is gone; nobody is told. */
  cancel(): void {
    this.done = undefined
    this.parts.take()
  }

  private take(chunk: Buffer): void {
    if (this.done === undefined) return
    this.parts.push(chunk)
    if (this.parts.bytes > this.limit) this.conclude(tooLarge(this.limit))
  }

  private finish(): void {
    this.conclude(join(this.parts.take(), allocate))
  }

  /** What still comes of a refused body is read and dropped, so that the caller gets to read the refusal. */
  private conclude(result: Uint8Array | CallFailure): void {
    const { done } = this
    this.done = undefined
    this.parts.take()
    if (result instanceof Uint8Array === false) this.request.resume()
    done?.(result)
  }
}

export const tooLarge = (limit: number): CallFailure => ({ kind: 'body-too-large', message: `the body is larger than ${limit} bytes` })
