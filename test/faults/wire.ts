// Sends callers' bytes exactly as they are written, and reads what comes back.
import { connect, type Socket } from 'node:net'

export type Heard = {
  /** 0 when no HTTP answer came. */
  readonly status: number
  readonly head: string
  readonly body: string
  /** How often an answer's first line was seen. */
  readonly answers: number
  readonly closed: boolean
}

/** Bytes at once, or a sender that has the socket to itself. */
export type Spoken = string | Uint8Array | ((socket: Socket) => void | Promise<void>)

const PATIENCE = 30_000

/** Opens a connection, says `words`, and listens until all is said and a final answer is whole, or the other side closes. */
export const speak = (url: string, words: Spoken): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    let text = ''
    let said = false
    const finish = (closed: boolean): void => {
      clearTimeout(patience)
      socket.destroy()
      resolve({ ...partsOf(text), closed })
    }
    const patience = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no end came to: ${text.slice(0, 500)}`))
    }, PATIENCE)
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part
      if (said && isWhole(text)) finish(false)
    })
    socket.on('error', () => {})
    socket.on('close', () => finish(true))
    socket.on('connect', () => {
      const saying = typeof words === 'function' ? words(socket) : void socket.write(words)
      Promise.resolve(saying).then(() => {
        said = true
        if (isWhole(text)) finish(false)
      }, reject)
    })
  })

/** Sends `piece` over and over, no faster than it is taken, until `length` bytes are sent or the other side closes. */
export const pour = async (socket: Socket, piece: Uint8Array, length: number): Promise<void> => {
  for (let sent = 0; sent < length && !socket.destroyed; sent += piece.length)
    if (!socket.write(piece))
      await new Promise<void>((resolve) => {
        const go = () => {
          socket.off('drain', go)
          socket.off('close', go)
          resolve()
        }
        socket.on('drain', go).on('close', go)
      })
}
/** Sends `bytes` one at a time with a pause after each, until the other side closes. */
export const drip = async (socket: Socket, bytes: string, pause: number): Promise<void> => {
  for (let i = 0; !socket.destroyed; i++) {
    socket.write(bytes.charAt(i % bytes.length))
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

const INTERIM = /^HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n/
const split = (text: string): { readonly head: string; readonly body: string } => {
  const rest = text.replace(INTERIM, '')
  const end = rest.indexOf('\r\n\r\n')
  return end < 0 ? { head: rest, body: '' } : { head: rest.slice(0, end), body: rest.slice(end + 4) }
}
const isWhole = (text: string): boolean => {
  const { head, body } = split(text)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  return length === undefined ? /\r\n0\r\n\r\n$/.test(body) : body.length >= Number(length)
}
const partsOf = (text: string): Omit<Heard, 'closed'> => {
  const { head, body } = split(text)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0),
    head,
    body,
    answers: text.split(/HTTP\/1\.1 [2-5]\d\d /).length - 1,
  }
}
