// Values that are known already, found again wherever they stand: an identifier that a word betrayed once is the same without the word.
import type { Span } from './spans.ts'

type Node = { readonly next: Map<number, Node>; class: string | undefined }
const WORD = /[\p{L}\p{M}\p{N}]/u

/** Written values, each with its class. */
export class KnownValues {
  private readonly root: Node = { next: new Map(), class: undefined }
  private size = 0

  add(name: string, written: string): void {
    let node = this.root
    for (let at = 0; at < written.length; at++) {
      const code = written.charCodeAt(at)
      let next = node.next.get(code)
      if (next === undefined) {
        next = { next: new Map(), class: undefined }
        node.next.set(code, next)
      }
      node = next
    }
    if (node === this.root || node.class !== undefined) return
    node.class = name
    this.size++
  }

  /** Where they stand in a text as words of their own, the longest at each place; places are UTF-16 units. */
  findIn(text: string): readonly Span[] {
    if (this.size === 0) return []
    const found: Span[] = []
    for (let at = 0; at < text.length; ) {
      const [end, name] = this.longest(text, at)
      if (name === undefined || isInside(text, at, end)) at++
      else {
        found.push({ start: at, end, class: name, score: 1 })
        at = end
      }
    }
    return found
  }

  private longest(text: string, from: number): readonly [number, string | undefined] {
    let node: Node | undefined = this.root
    let [end, name]: [number, string | undefined] = [from, undefined]
    for (let at = from; at < text.length; at++) {
      node = node.next.get(text.charCodeAt(at))
      if (node === undefined) break
      if (node.class !== undefined) [end, name] = [at + 1, node.class]
    }
    return [end, name]
  }
}

/** Whether what lies between two places is only a piece of a longer word or number. */
const isInside = (text: string, start: number, end: number): boolean => {
  const [before, first, last, behind] = [text.charAt(start - 1), text.charAt(start), text.charAt(end - 1), text.charAt(end)]
  return (WORD.test(before) && WORD.test(first)) || (WORD.test(last) && WORD.test(behind))
}
