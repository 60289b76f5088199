// WARC records (ISO 28500:2017) cut out of a window. A record that lies about its length costs itself, not those after it.
import { headersOf } from './http-message.ts'
import { LONGEST_RECORD, MORE, type Refusal, refusal } from './reading.ts'
import type { Window } from './window.ts'

/** `block` is a view until the next record is asked for. */
export type WarcRecord = {
  readonly headers: ReadonlyMap<string, string>
  readonly block: Buffer
  readonly offset: number
  readonly length: number
}
export type WarcRecords = Generator<WarcRecord | Refusal | typeof MORE, void, void>

const HEAD_END = Buffer.from('\r\n\r\n')
const START = Buffer.from('WARC/')
const NEXT = Buffer.from('\r\nWARC/')
const LONGEST_HEAD = 65_536

export function* warcRecords(window: Window): WarcRecords {
  for (;;) {
    yield* fill(window, START.length)
    if (window.length === 0) return
    const { offset } = window
    const head = yield* headAt(window)
    const block = head === undefined ? undefined : yield* blockAfter(window, head)
    if (head !== undefined && Buffer.isBuffer(block)) {
      window.take(head.length + block.length)
      const end = Math.min(HEAD_END.length, window.length)
      const record = { headers: head.headers, block, offset, length: window.offset - offset }
      window.take(end)
      yield record
      continue
    }
    const name = head?.headers.get('warc-target-uri') ?? ''
    // Not within the head that is refused: the next record starts after it.
    window.take(Math.min(window.length, head?.length ?? START.length))
    yield* resynchronise(window)
    yield refusal(
      { offset, length: window.offset - offset, name },
      typeof block === 'string' ? block : 'no WARC record starts where one must',
    )
  }
}

function* fill(window: Window, length: number): Generator<typeof MORE, void, void> {
  while (window.length < length && !window.ended) yield MORE
}

type Head = { readonly headers: ReadonlyMap<string, string>; readonly length: number }

function* headAt(window: Window): Generator<typeof MORE, Head | undefined, void> {
  if (!window.view(0, START.length).equals(START)) return undefined
  for (let searched = 0; ; ) {
    const end = window.indexOf(HEAD_END, searched)
    if (end >= 0 && end <= LONGEST_HEAD) return { headers: headersOf(window.view(0, end).toString('utf8')), length: end + HEAD_END.length }
    if (end >= 0 || window.ended || window.length > LONGEST_HEAD) return undefined
    searched = Math.max(0, window.length - HEAD_END.length)
    yield MORE
  }
}

/** The block as long as its head says, if a record, or nothing, follows it; otherwise what is wrong. */
function* blockAfter(window: Window, { headers, length }: Head): Generator<typeof MORE, Buffer | string, void> {
  const stated = headers.get('content-length') ?? ''
  const bytes = /^\d{1,15}$/.test(stated) ? Number(stated) : Number.NaN
  if (Number.isNaN(bytes)) return `its length \`${stated.slice(0, 40)}\` is no number of bytes`
  if (bytes > LONGEST_RECORD) return `it has ${bytes} bytes by its head; ${LONGEST_RECORD} are read`
  const end = length + bytes
  yield* fill(window, end + HEAD_END.length + START.length)
  if (window.length < end) return `it has ${bytes} bytes by its head, and the file ends ${end - window.length} before`
  const after = window.view(end, end + HEAD_END.length + START.length)
  const isFollowed =
    after.subarray(0, HEAD_END.length).equals(HEAD_END.subarray(0, after.length)) && isStart(after.subarray(HEAD_END.length))
  return isFollowed ? window.view(length, end) : `it has ${bytes} bytes by its head, and no record follows there: its length is wrong`
}
const isStart = (bytes: Buffer): boolean => bytes.equals(START.subarray(0, bytes.length))

/** Takes all before the next start of a record, wherever that is. */
function* resynchronise(window: Window): Generator<typeof MORE, void, void> {
  for (;;) {
    const next = window.indexOf(NEXT, 0)
    if (next >= 0) {
      window.take(next + 2)
      return
    }
    window.take(window.ended ? window.length : Math.max(0, window.length - NEXT.length))
    if (window.ended) return
    yield MORE
  }
}
