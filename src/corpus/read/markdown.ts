// Markdown stays as it was written, for people read it so; its front matter is not text, and says what holds for it.
import type { TermMember } from './member-terms.ts'

/** How far front matter may reach, in bytes. */
const LONGEST_FRONT = 65_536
const FENCE = /^---[ \t]*\r?\n/
const FENCE_END = /\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/

const MEMBERS: ReadonlyMap<string, TermMember> = new Map([
  ['licence', 'licence'],
  ['license', 'licence'],
  ['lang', 'language'],
  ['language', 'language'],
  ['date', 'period'],
  ['owner', 'owner'],
  ['author', 'attribution'],
  ['country', 'jurisdiction'],
])

export type FrontMatter = {
  /** Bytes before the text. */
  readonly length: number
  readonly said: Readonly<Partial<Record<TermMember, string>>>
}

/** The front matter of Jekyll and its kin, of which only plain `name: value` lines are understood. */
export const frontMatterOf = (bytes: Uint8Array): FrontMatter => {
  if (bytes[0] !== 0x2d) return { length: 0, said: {} }
  // One character a byte, so that places are bytes.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(LONGEST_FRONT, bytes.length)).toString('latin1')
  const start = FENCE.exec(head)?.[0].length
  if (start === undefined) return { length: 0, said: {} }
  const end = FENCE_END.exec(head.slice(start - 1))
  if (end === null) return { length: 0, said: {} }
  const said: Partial<Record<TermMember, string>> = {}
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end.index - 1))
    .toString('utf8')
    .split('\n')
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Za-z]+)\s*:\s*(\S.*?)\s*$/.exec(line) ?? []
    const member = MEMBERS.get(name.toLowerCase())
    if (member !== undefined) said[member] ??= unquoted(value)
  }
  return { length: start - 1 + end.index + end[0].length, said }
}

const unquoted = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value
