// Reasoning as Mistral's own client reads and writes it: parts of the content, with a signature that it hands back unread.
import { carried, carry } from '../carriage.ts'
import { defined } from '../defined.ts'
import type { Leftovers } from '../extensions.ts'
import type { Members } from '../members.ts'
import type { Opaque, ReasoningPart } from '../neutral.ts'

/** A thought, or a piece of one; what seals it comes with its last. https://docs.mistral.ai/capabilities/reasoning */
export const encodeThinking = (text: string, opaque?: Opaque) => ({
  type: 'thinking',
  thinking: text === '' ? [] : [{ type: 'text', text }],
  ...(opaque !== undefined && { signature: carry(opaque) }),
})

/** A signature that this exchange did not write is its vendor's, and stays with the message. */
export const decodeThinking = (part: Members, leftovers: Leftovers): ReasoningPart => {
  const pieces = part.each('thinking') ?? []
  const signature = part.text('signature')
  const opaque = signature === undefined ? undefined : carried(signature)?.opaque
  if (signature !== undefined && opaque === undefined) leftovers.put(`${part.path}.signature`, signature)
  return { kind: 'reasoning', text: pieces.map((piece) => piece.text('text') ?? '').join(''), ...defined({ opaque }) }
}
