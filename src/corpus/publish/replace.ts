// Personal data leave a text when it is written into a data set; the pack keeps what was read.
import { type Mode, replacementFor } from '../../personal-data/rewrite.ts'
import type { Finding } from '../personal-data.ts'

/** What becomes of what was found, as a declaration names it. */
export const MODES = ['mark', 'redact', 'pseudonymise'] as const
export type ModeName = (typeof MODES)[number]

/** What becomes of each class. */
export type Replacing = {
  readonly mode: ModeName
  /** Of single classes, or beginnings of them with `*`; the longest that fits counts. */
  readonly modes: Readonly<Record<string, ModeName>>
  /** HMAC-SHA-256 under the corpus's key, for pseudonyms. */
  readonly keyed: (text: string) => Uint8Array
}

/** Whether a text may come out other than it went in. */
export const isAltering = ({ mode, modes }: Pick<Replacing, 'mode' | 'modes'>): boolean =>
  [mode, ...Object.values(modes)].some((each) => each !== 'mark')

export const modeOf = ({ mode, modes, keyed }: Replacing): ((name: string) => Mode) => {
  const patterns = Object.keys(modes).sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  return (name) => {
    const pattern = patterns.find((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))
    const kind = pattern === undefined ? mode : (modes[pattern] ?? mode)
    return kind === 'pseudonymise' ? { kind, keyed } : { kind }
  }
}

/** A text as a data set has it, and where in it stands what was only marked. */
export type Cleaned = { readonly text: Uint8Array; readonly marks: readonly Pick<Finding, 'start' | 'end' | 'class'>[] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Findings are in order, and none over another. */
export const clean = (text: Uint8Array, findings: readonly Finding[], mode: (name: string) => Mode): Cleaned => {
  const parts: Uint8Array[] = []
  const marks: { start: number; end: number; class: string }[] = []
  let [from, moved] = [0, 0]
  for (const { start, end, class: name } of findings) {
    const does = mode(name)
    if (does.kind === 'mark') {
      marks.push({ start: start + moved, end: end + moved, class: name })
      continue
    }
    const word = encoder.encode(replacementFor(does, name, decoder.decode(text.subarray(start, end))))
    parts.push(text.subarray(from, start), word)
    moved += word.length - (end - start)
    from = end
  }
  return { text: parts.length === 0 ? text : Buffer.concat([...parts, text.subarray(from)]), marks }
}

/** `12-28:email 40-55:phone`; null where nothing is marked. */
export const marksText = (marks: Cleaned['marks']): string | null =>
  marks.length === 0 ? null : marks.map(({ start, end, class: name }) => `${start}-${end}:${name}`).join(' ')
