// Text with marked stretches: `<think>` … `</think>`, a block with a tool call.

/** A stretch between an opening and a closing text. `leading`: only where nothing but space stands before it. */
export type Mark = { readonly name: 'reasoning' | 'call'; readonly open: string; readonly close: string; readonly leading: boolean }
/** `mark` undefined: plain text. `closed`: the stretch ends here; its opening and closing texts are not part of it. */
export type Stretch = { readonly mark: Mark | undefined; readonly text: string; readonly closed: boolean }

/**
 * Divides text that comes in pieces. What could be the beginning of a mark is held back, at most one mark's length, so a mark is found
 * however the pieces fall, and nothing is lost or said twice: the stretches and their marks put together are the text. Linear.
 */
export class MarkedText {
  private readonly marks: readonly Mark[]
  private inside: Mark | undefined
  private held = ''
  private onlySpace = true

  constructor(marks: readonly Mark[]) {
    this.marks = marks
  }

  push(piece: string): Stretch[] {
    const stretches: Stretch[] = []
    let text = this.held + piece
    for (;;) {
      const found = this.find(text)
      if (found === undefined) break
      const before = text.slice(0, found.at)
      text = text.slice(found.at + found.length)
      if (before !== '' || this.inside !== undefined) stretches.push({ mark: this.inside, text: before, closed: this.inside !== undefined })
      if (this.inside === undefined && before !== '') this.onlySpace &&= before.trim() === ''
      this.inside = this.inside === undefined ? found.mark : undefined
    }
    const keep = this.possibleStart(text)
    this.held = text.slice(text.length - keep)
    const rest = text.slice(0, text.length - keep)
    if (rest !== '') {
      if (this.inside === undefined) this.onlySpace &&= rest.trim() === ''
      stretches.push({ mark: this.inside, text: rest, closed: false })
    }
    return stretches
  }

  /** The stretch that is open now. */
  get unclosed(): Mark | undefined {
    return this.inside
  }

  /** What was held back; a stretch that never closed stays as it is. */
  end(): Stretch[] {
    const { held, inside } = this
    this.held = ''
    return held === '' ? [] : [{ mark: inside, text: held, closed: false }]
  }

  /** The closing text of the stretch that is open, or the first opening text outside one. */
  private find(text: string): { at: number; length: number; mark: Mark } | undefined {
    if (this.inside !== undefined) {
      const at = text.indexOf(this.inside.close)
      return at < 0 ? undefined : { at, length: this.inside.close.length, mark: this.inside }
    }
    let first: { at: number; length: number; mark: Mark } | undefined
    for (const mark of this.marks) {
      const at = mark.leading ? this.leadingAt(text, mark.open) : text.indexOf(mark.open)
      if (at >= 0 && (first === undefined || at < first.at)) first = { at, length: mark.open.length, mark }
    }
    return first
  }

  private leadingAt(text: string, open: string): number {
    const at = this.onlySpace ? text.length - text.trimStart().length : -1
    return at >= 0 && text.startsWith(open, at) ? at : -1
  }

  /** Units at the end of the text that may begin a mark. */
  private possibleStart(text: string): number {
    const wanted = this.inside === undefined ? this.marks.map(({ open }) => open) : [this.inside.close]
    return Math.max(0, ...wanted.map((mark) => overlap(text, mark)))
  }
}

/** Units at the end of the text with which `wanted` begins, fewer than it has. */
export const overlap = (text: string, wanted: string): number => {
  for (let length = Math.min(text.length, wanted.length - 1); length > 0; length--)
    if (text.endsWith(wanted.slice(0, length))) return length
  return 0
}
