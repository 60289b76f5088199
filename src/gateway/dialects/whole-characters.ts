/** Joins pieces of a text so that none ends within a character: half a surrogate pair waits for its other half. */
export class WholeCharacters {
  private half = ''

  push(piece: string): string {
    const text = this.half + piece
    const last = text.charCodeAt(text.length - 1)
    const cut = last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length
    this.half = text.slice(cut)
    return text.slice(0, cut)
  }

  /** What is left when no more comes. */
  end(): string {
    const half = this.half
    this.half = ''
    return half
  }
}
