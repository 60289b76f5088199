import { chmodSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Person } from './persons.ts'

/** What the owner's commands ask of an exchange, whether it runs or is opened for this one question. */
export type OperationFailure = { readonly kind: 'refused' | 'unusable' | 'unavailable'; readonly message: string }
/** `person`: who was found to ask, by whoever let them in; where nobody was, the input’s key says it, or it is the owner. */
export type Operation = (input: JsonObject, person?: Person) => Promise<Result<Json, OperationFailure>>
export type Operations = Readonly<Record<string, Operation>>

const LIMITS = { maxLength: 1 << 20, maxDepth: 16 }

/**
 * Serves the owner's operations on a Unix socket that only the owner's account can open (mode 0600): whoever can connect is the owner.
 */
export const serveOperations = (path: string, operations: Operations): Promise<Server> => {
  rmSync(path, { force: true })
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
      if (body.length > LIMITS.maxLength) request.destroy()
    })
    request.on('end', () => {
      const operation = operations[request.url?.slice(1) ?? '']
      const input = parseJson(body, LIMITS)
      const answer: Promise<Result<Json, OperationFailure>> =
        operation && input.ok && isJsonObject(input.value)
          ? operation(input.value)
          : Promise.resolve(err({ kind: 'unusable', message: `there is no operation \`${request.url ?? ''}\`` }))
      answer.then(
        (result) => response.end(JSON.stringify(result)),
        (bug: unknown) => {
          const message = `the exchange failed: ${bug instanceof Error ? bug.message : String(bug)}`
          response.end(JSON.stringify(err({ kind: 'unavailable', message })))
        },
      )
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      chmodSync(path, 0o600)
      resolve(server)
    })
  })
}

/** Asks the exchange that runs on this data directory; undefined when none runs. */
export const askRunning = (path: string, name: string, input: JsonObject): Promise<Result<Json, OperationFailure> | undefined> =>
  new Promise((resolve) => {
    const request = httpRequest({ socketPath: path, method: 'POST', path: `/${name}` }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        body += part
      })
      response.on('end', () => resolve(readResult(body)))
      response.on('error', () => resolve(err({ kind: 'unavailable', message: 'the running exchange broke off its answer' })))
    })
    request.on('error', (failure: NodeJS.ErrnoException) => {
      const nobody = failure.code === 'ENOENT' || failure.code === 'ECONNREFUSED'
      resolve(
        nobody ? undefined : err({ kind: 'unavailable', message: `cannot reach the running exchange: ${failure.code ?? failure.message}` }),
      )
    })
    request.end(JSON.stringify(input))
  })

const kindOf = (kind: Json | undefined): OperationFailure['kind'] => (kind === 'refused' || kind === 'unusable' ? kind : 'unavailable')

const readResult = (body: string): Result<Json, OperationFailure> => {
  const parsed = parseJson(body, { maxLength: 64 << 20, maxDepth: 64 })
  if (parsed.ok && isJsonObject(parsed.value)) {
    if (parsed.value.ok === true) return ok(parsed.value.value ?? null)
    const failure = parsed.value.error
    if (isJsonObject(failure)) return err({ kind: kindOf(failure.kind), message: String(failure.message) })
  }
  return err({ kind: 'unavailable', message: 'the running exchange answered with something else' })
}
