/** Every so many pieces it is looked at whether they are worth keeping apart. */
const RUN = 64
/** A run whose pieces have fewer bytes than this on average is joined. */
const SMALL = 1024
/** What was joined to at least this is not copied again. */
const SETTLED = 4096

/**
 * Bytes that come in pieces and wait. A piece costs a hundred bytes of its own, so whoever sends many bytes one at a time could fill
 * the memory with far more than the limit on bytes says: small neighbours are joined, each byte copied a few dozen times at most.
 */
export class Gathered {
  /** In order; may change with each push. */
  pieces: Uint8Array[] = []
  bytes = 0
  private readonly allocate: (length: number) => Uint8Array
  /** The pieces before this are settled. */
  private settled = 0
  private unsettledBytes = 0

  constructor(allocate: (length: number) => Uint8Array) {
    this.allocate = allocate
  }

  push(piece: Uint8Array): void {
    this.bytes += piece.length
    this.unsettledBytes += piece.length
    if (this.pieces.push(piece) - this.settled >= RUN) this.settle()
  }

  /** All that waits, which then waits no more. */
  take(): Uint8Array[] {
    const { pieces } = this
    this.pieces = []
    this.bytes = 0
    this.settled = 0
    this.unsettledBytes = 0
    return pieces
  }

  private settle(): void {
    const { pieces, unsettledBytes } = this
    if (unsettledBytes < RUN * SMALL) {
      pieces.push(join(pieces.splice(this.settled), this.allocate))
      if (unsettledBytes < SETTLED) return
    }
    this.settled = pieces.length
    this.unsettledBytes = 0
  }
}

/** The parts as one; the part itself when there is only one. */
export const join = (parts: readonly Uint8Array[], allocate: (length: number) => Uint8Array): Uint8Array => {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  let length = 0
  for (const part of parts) length += part.length
  const joined = allocate(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
