// Fetching what a corpus is made of: bounded, resumed where it breaks off, and from nowhere but the addresses that the owner declared.
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { err, ok, type Result } from '../core/result.ts'
import type { CorpusFailure } from '../corpus/failure.ts'
import type { FetchDraft } from '../corpus/read/fetched.ts'
import { isPrivateHost, PRIVATE_ADDRESS, publicLookup } from './authentication/private-addresses.ts'

export type FetchedHead = { readonly status: number; readonly headers: ReadonlyMap<string, string> }
/** Headers for a request, made anew for each: a signature holds for minutes. */
export type HeadersFor = (url: URL) => Readonly<Record<string, string>>
export type FetcherOptions = {
  /** Whether an address may lead inwards, as the declaration says. */
  readonly privateNetwork: boolean
  /** Before the second attempt, in milliseconds; twice as long before each further one. */
  readonly patience?: number
}

const CONNECT_MS = 10_000
const ANSWER_MS = 60_000
const MAX_HEAD_BYTES = 65_536
const ATTEMPTS = 4
const PATIENCE_MS = 500
export const LARGEST_FETCHED = 2 ** 40

/** Its place would not give it. A place that cannot be reached is as a disk that is not there, and stops a run. */
const failed = (message: string): Result<never, CorpusFailure> => err({ kind: 'unusable', message })
const unreachable = (message: string): Result<never, CorpusFailure> => err({ kind: 'storage-failed', message })

/** INVARIANT(G1, G9): it asks the address that it is given and no other: no redirect is followed, and no proxy is asked. */
export class Fetcher {
  readonly #agent: Agent
  readonly #privateNetwork: boolean
  readonly #patience: number

  constructor({ privateNetwork, patience = PATIENCE_MS }: FetcherOptions) {
    this.#privateNetwork = privateNetwork
    this.#patience = patience
    this.#agent = new Agent({
      connections: 2,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      connect: { timeout: CONNECT_MS, ...(privateNetwork ? {} : { lookup: publicLookup }) },
    })
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  /** A short answer as text, whatever its status; a longer one than `most` bytes is cut there. */
  async text(url: URL, headersFor: HeadersFor, most: number): Promise<Result<FetchedHead & { readonly text: string }, CorpusFailure>> {
    return this.#attempts(url, async () => {
      const answer = await this.#ask(url, headersFor(url))
      if (!answer.ok) return answer
      const parts: Uint8Array[] = []
      let length = 0
      for await (const part of answer.value.body as AsyncIterable<Uint8Array>) {
        parts.push(part)
        length += part.length
        if (length > most) break
      }
      return ok({ ...headOf(answer.value), text: Buffer.concat(parts).subarray(0, most).toString('utf8') })
    })
  }

  /** A whole answer into a draft. One that breaks off is asked for again from where it broke, as long as it is the same. */
  async into(url: URL, headersFor: HeadersFor, draft: FetchDraft): Promise<Result<FetchedHead, CorpusFailure>> {
    let tag: string | undefined
    return this.#attempts(url, async () => {
      const isMore = draft.length > 0 && tag !== undefined
      const cleared = isMore ? ok(undefined) : draft.clear()
      if (!cleared.ok) return cleared
      const range = isMore ? { range: `bytes=${draft.length}-`, 'if-match': tag ?? '' } : {}
      const answer = await this.#ask(url, { ...headersFor(url), ...range })
      if (!answer.ok) return answer
      const head = headOf(answer.value)
      if (isMore && head.status !== 206) {
        // It is another version by now, or its place knows no ranges: from the beginning.
        tag = undefined
        answer.value.body.destroy()
        return BROKEN_OFF
      }
      if (!isMore && head.status !== 200) {
        answer.value.body.destroy()
        return refused(url, head)
      }
      const strong = head.headers.get('etag')
      tag = strong?.startsWith('"') === true ? strong : undefined
      return pour(answer.value.body as AsyncIterable<Uint8Array>, head, draft, url)
    })
  }

  /** What breaks off or is refused for now is tried again; what is refused for good is not. */
  async #attempts<T>(url: URL, attempt: () => Promise<Result<T, CorpusFailure | Passing>>): Promise<Result<T, CorpusFailure>> {
    if (!this.#privateNetwork && isPrivateHost(url.hostname))
      return unreachable(`\`${url.host}\` stands in a private network; declare \`privateNetwork: true\` if that is meant`)
    let why = ''
    for (let attempts = 1; attempts <= ATTEMPTS; attempts++) {
      if (attempts > 1) await wait(this.#patience * 2 ** (attempts - 2))
      try {
        const done = await attempt()
        if (done.ok) return done
        if (done.error.kind !== 'passing') return err(done.error)
        why = done.error.message
      } catch (thrown) {
        const code = codeOf(thrown)
        if (code === PRIVATE_ADDRESS)
          return unreachable(`\`${url.host}\` leads into a private network; declare \`privateNetwork: true\` if that is meant`)
        why = `it breaks off (${code})`
      }
    }
    return unreachable(`cannot fetch \`${shown(url)}\`: ${why}, ${ATTEMPTS} times`)
  }

  async #ask(url: URL, headers: Readonly<Record<string, string>>): Promise<Result<Dispatcher.ResponseData, Passing>> {
    // What was packed on the way would not be what lies there.
    const answer = await request(url, { dispatcher: this.#agent, headers: { 'accept-encoding': 'identity', ...headers } })
    // What breaks off is heard by whoever reads; an answer that nobody reads to its end is let go.
    answer.body.on('error', () => {})
    if (answer.statusCode < 500 && answer.statusCode !== 429) return ok(answer)
    answer.body.destroy()
    return passing(`it answers with ${answer.statusCode}`)
  }
}

/** Goes by itself, perhaps. */
type Passing = { readonly kind: 'passing'; readonly message: string }
const passing = (message: string): Result<never, Passing> => err({ kind: 'passing', message })
const BROKEN_OFF = passing('it breaks off, and cannot be gone on with')

const headOf = ({ statusCode, headers }: Dispatcher.ResponseData): FetchedHead => ({
  status: statusCode,
  headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()[0] ?? ''])),
})

/** Addresses may hold secrets in their query. */
const shown = (url: URL): string => url.origin + url.pathname

const refused = (url: URL, { status, headers }: FetchedHead): Result<never, CorpusFailure> =>
  status >= 300 && status < 400
    ? failed(
        `\`${shown(url)}\` sends on to \`${(headers.get('location') ?? 'nowhere').slice(0, 500)}\`; declare that address if it is meant`,
      )
    : failed(`\`${shown(url)}\` answers with ${status}`)

const pour = async (
  body: AsyncIterable<Uint8Array>,
  head: FetchedHead,
  draft: FetchDraft,
  url: URL,
): Promise<Result<FetchedHead, CorpusFailure | Passing>> => {
  const announced = Number(head.headers.get('content-length') ?? Number.NaN)
  const expected = draft.length + announced
  if (expected > LARGEST_FETCHED) return failed(`\`${shown(url)}\` has ${expected} bytes; ${LARGEST_FETCHED} are fetched`)
  for await (const part of body) {
    if (draft.length + part.length > LARGEST_FETCHED) return failed(`\`${shown(url)}\` has more than ${LARGEST_FETCHED} bytes`)
    const added = draft.add(part)
    if (!added.ok) return added
  }
  return Number.isNaN(announced) || draft.length === expected ? ok(head) : passing(`it ends after ${draft.length} of ${expected} bytes`)
}

const codeOf = (thrown: unknown): string => (thrown instanceof Error ? ('code' in thrown ? String(thrown.code) : thrown.name) : 'unknown')
