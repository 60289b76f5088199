import type { ServerResponse } from 'node:http'
import type { EpochMillis } from '../core/units.ts'
import type { Responder } from '../gateway/ports.ts'

/** Above this, bytes that wait in memory for a slow reader are watched. */
const WATCHED_BYTES = 16_384

/** Answers that are complete here but not yet read by their callers. */
export type Unread = Set<HttpResponder>

/** Writes an answer to one HTTP response. Does nothing more once the connection is gone. */
export class HttpResponder implements Responder {
  private readonly response: ServerResponse
  private readonly unread: Unread
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
    const last = parts.length - 1
    for (let i = 0; i < last; i++) response.write(parts[i])
    response.end(parts[last])
    this.watch()
  }

  start(status: number, headers: readonly string[]): void {
    if (!this.response.destroyed && !this.response.headersSent) this.response.writeHead(status, headers as string[])
  }

  write(bytes: Uint8Array): boolean {
    return this.response.destroyed || this.response.write(bytes)
  }

  end(): void {
    if (this.response.destroyed) return
    this.response.end()
    this.watch()
  }

  abort(): void {
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
      this.unread.delete(this)
      return
    }
    // Bytes still buffered in the process count as written; what the system took is the difference.
    const written = socket.bytesWritten - socket.writableLength
    if (written !== this.seenWritten) {
      this.seenWritten = written
      this.seenAt = now
    } else if (now - this.seenAt > idle) {
      this.unread.delete(this)
      socket.destroy()
    }
  }
}
