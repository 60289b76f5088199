// Pseudonyms in an answer become values again, in whatever pieces the answer comes.

type Node = { readonly next: Map<number, Node>; value: string | undefined }

/**
 * The pseudonyms of one call. None begins another, and capitals do not matter: models begin sentences with them.
 * `escape` makes of a value what may stand inside a JSON string, where answers are that.
 */
export class Restoring {
  private readonly root: Node = { next: new Map(), value: undefined }
  /** Nothing was replaced, so that nothing has to be restored. */
  readonly isEmpty: boolean
  readonly given: ReadonlyMap<string, string>

  constructor(given: ReadonlyMap<string, string>) {
    this.given = given
    this.isEmpty = given.size === 0
    for (const [pseudonym, value] of given) {
      let node = this.root
      for (let at = 0; at < pseudonym.length; at++) {
        const letter = folded(pseudonym.charCodeAt(at))
        let next = node.next.get(letter)
        if (next === undefined) {
          next = { next: new Map(), value: undefined }
          node.next.set(letter, next)
        }
        node = next
      }
      node.value = value
    }
  }

  /** A whole text. */
  text(text: string, escaped = false): string {
    if (this.isEmpty) return text
    const stream = this.stream(escaped)
    return stream.push(text) + stream.end()
  }

  /** A text that comes in pieces. `escaped`: it is the text of JSON, in whose strings values are escaped. */
  stream(escaped = false): RestoredStream {
    return new RestoredStream(this.root, escaped)
  }
}

const folded = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code)

/** One text on its way. It holds back no more than what could be the beginning of a pseudonym. */
export class RestoredStream {
  private readonly root: Node
  private readonly escaped: boolean
  private held = ''
  /** Units read, and for each pseudonym that was restored where it ended and how much longer the text has become by then. */
  private read = 0
  private readonly shifts: { readonly end: number; readonly by: number }[] = []
  private shift = 0

  constructor(root: Node, escaped: boolean) {
    this.root = root
    this.escaped = escaped
  }

  /** What may leave now. */
  push(piece: string): string {
    const text = this.held + piece
    let written = ''
    let from = 0
    let at = 0
    while (at < text.length) {
      const [length, value] = this.match(text, at)
      if (length < 0) break
      if (value === undefined) {
        at++
        continue
      }
      const inserted = this.escaped ? JSON.stringify(value).slice(1, -1) : value
      written += text.slice(from, at) + inserted
      at += length
      from = at
      this.shift += inserted.length - length
      this.shifts.push({ end: this.read + at, by: this.shift })
    }
    written += text.slice(from, at)
    this.read += at
    this.held = text.slice(at)
    return written
  }

  /** What was held back, when nothing more comes. */
  end(): string {
    const { held } = this
    this.held = ''
    this.read += held.length
    return held
  }

  /** Where a place in the text that was read, in UTF-16 units, is in the text that was written. */
  place(at: number): number {
    let by = 0
    for (const shift of this.shifts) {
      if (shift.end > at) break
      by = shift.by
    }
    return at + by
  }

  /** The pseudonym that begins at a place: its length and value; no value where there is none, and -1 where more must come before that is known. */
  private match(text: string, from: number): readonly [number, string | undefined] {
    let node: Node | undefined = this.root
    for (let at = from; ; at++) {
      if (node.value !== undefined) return [at - from, node.value]
      if (at === text.length) return [-1, undefined]
      node = node.next.get(folded(text.charCodeAt(at)))
      if (node === undefined) return [0, undefined]
    }
  }
}
