import type { ServerResponse } from 'node:http'
import type { EpochMillis } from '../core/units.ts'
import type { Bag, Bagged } from '../gateway/bag.ts'
import type { Responder } from '../gateway/ports.ts'

/** Above this, bytes that wait in memory for a slow reader are watched. */
const WATCHED_BYTES = 16_384

/** Up to this, copying is cheaper than a second piece. */
const ONE_WRITE = 16_384

/** Pieces beyond this leave at once. */
const MOST_PENDING = 65_536

/** Answers that are complete here but not yet read by their callers. */
export type Unread = Bag<HttpResponder>

/** Writes an answer to one HTTP response. Does nothing more once the connection is gone. */
export class HttpResponder implements Responder, Bagged {
  place = -1
  private readonly response: ServerResponse
  private readonly unread: Unread
  private pending: Uint8Array[] = []
  private pendingBytes = 0
  private seenWritten = -1
  private seenAt = 0

  constructor(response: ServerResponse, unread: Unread) {
    this.response = response
    this.unread = unread
  }

  whole(status: number, headers: readonly string[], parts: readonly Uint8Array[]): void {
    const { response } = this
    if (response.destroyed || response.headersSent) return
    let length = 0
    for (const part of parts) length += part.length
    response.writeHead(status, [...headers, 'content-length', String(length)])
    const [only] = parts
    // Node joins a head and a short text into one write, but sends a head and a buffer as two pieces.
    if (parts.length === 1 && only instanceof Buffer && length <= ONE_WRITE) response.end(only.toString('latin1'), 'latin1')
    else {
      for (const part of parts) response.write(part)
      response.end()
    }
    this.watch()
  }

  start(status: number, headers: readonly string[]): void {
    if (!this.response.destroyed && !this.response.headersSent) this.response.writeHead(status, headers as string[])
  }

  /** Pieces that come in one turn, as from one packet, leave as one. */
  write(bytes: Uint8Array): boolean {
    const { response } = this
    if (response.destroyed) return true
    this.pending.push(bytes)
    this.pendingBytes += bytes.length
    if (this.pendingBytes > MOST_PENDING) this.flush()
    else if (this.pending.length === 1) queueMicrotask(this.flush)
    return !response.writableNeedDrain
  }

  end(): void {
    const { response } = this
    if (response.destroyed) return
    if (this.pendingBytes > 0) response.end(this.takePending())
    else response.end()
    this.watch()
  }

  private readonly flush = (): void => {
    if (this.pendingBytes > 0 && !this.response.destroyed) this.response.write(this.takePending())
  }

  private takePending(): Uint8Array {
    const { pending } = this
    const [only] = pending
    const bytes = pending.length === 1 && only !== undefined ? only : Buffer.concat(pending, this.pendingBytes)
    this.pending = []
    this.pendingBytes = 0
    return bytes
  }

  abort(): void {
    this.flush()
    const { socket } = this.response
    // What was written goes out first; the chunk that would end the body cleanly never does.
    if (socket !== null && this.response.headersSent) socket.destroySoon()
    else this.response.destroy()
  }

  private watch(): void {
    if (this.response.writableLength > WATCHED_BYTES) this.unread.add(this)
  }

  /** Breaks the connection when its reader took nothing for `idle` milliseconds. */
  check(now: EpochMillis, idle: number): void {
    const { socket } = this.response
    if (socket === null || socket.destroyed) {
      this.unread.remove(this)
      return
    }
    // Bytes still buffered in the process count as written; what the system took is the difference.
    const written = socket.bytesWritten - socket.writableLength
    if (written !== this.seenWritten) {
      this.seenWritten = written
      this.seenAt = now
    } else if (now - this.seenAt > idle) {
      this.unread.remove(this)
      socket.destroy()
    }
  }
}
