import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../../core/result.ts'
import type { ConsoleFailure } from './handlers.ts'

export type BodyLimits = {
  readonly maxBytes: number
  /** Milliseconds for all of it to arrive. */
  readonly patience: number
}

/** The whole body as text. Never holds more than the limit: what is over it is not read here, and Node drops it as it comes. */
export const readBody = (request: IncomingMessage, { maxBytes, patience }: BodyLimits): Promise<Result<string, ConsoleFailure>> =>
  new Promise((resolve) => {
    const parts: Buffer[] = []
    let size = 0
    const finish = (result: Result<string, ConsoleFailure>): void => {
      clearTimeout(timer)
      request.off('data', take).off('end', end).off('close', broken)
      resolve(result)
    }
    const tooLong = (): void => finish(err({ kind: 'too-long', message: `the body is longer than ${maxBytes} bytes` }))
    const take = (part: Buffer): void => {
      size += part.length
      if (size > maxBytes) tooLong()
      else parts.push(part)
    }
    const end = (): void => finish(ok(Buffer.concat(parts).toString('utf8')))
    const broken = (): void => finish(err({ kind: 'unusable', message: 'the body ended before it was whole' }))
    const timer = setTimeout(() => finish(err({ kind: 'too-slow', message: `the body did not arrive within ${patience} ms` })), patience)
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) tooLong()
    else request.on('data', take).on('end', end).on('close', broken)
  })
