import type { LlamaModel, Token } from 'node-llama-cpp'

/** The bytes that a token stands for after the tokens `before` it; they need not be whole characters. */
export type TokenBytes = (token: Token, before: readonly Token[]) => Uint8Array

/** The kinds of tokens in a GGUF file (`tokenizer.ggml.token_type`), as far as their pieces are written differently. */
const NORMAL = 1
const CONTROL = 3
const BYTE = 6
const BYTE_PIECE = /^<0x([0-9A-Fa-f]{2})>$/

/** Reads what the model's file says of its tokens. Control tokens stand for their names. */
export const tokenBytesOf = (model: LlamaModel): TokenBytes => {
  const { pieces, kinds, byteLevel } = vocabularyOf(model)
  return (token, before) => {
    const piece = pieces[token]
    const kind = kinds[token]
    const byte = kind === BYTE ? BYTE_PIECE.exec(piece ?? '')?.[1] : undefined
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16))
    if (byteLevel && kind === NORMAL && piece !== undefined) return bytesOfPiece(piece)
    if (kind === CONTROL && piece !== undefined) return encoder.encode(piece)
    return encoder.encode(model.detokenize([token], true, before))
  }
}

/**
 * How a token is written where text alone can be: its text, or, of bytes that are not whole characters, `bytes:\xe2\x80`,
 * as OpenAI's completions write it. Different bytes have different names.
 */
export const tokenName = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes)
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`
  }
}

/** Text of bytes in which incomplete characters are replaced, as UTF-8 decoders do. */
export const textOfBytes = (parts: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
}

/** Unicode characters, which are what OpenAI's `text_offset` counts; not UTF-16 units. */
export const charactersOf = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Where each of these tokens begins, in characters; one that goes on with a character begins where that does. */
export const offsetsOf = (parts: readonly Uint8Array[]): readonly number[] => {
  let begun = 0
  return parts.map((part) => {
    const goesOn = part[0] !== undefined && isContinuation(part[0]) && begun > 0
    const at = goesOn ? begun - 1 : begun
    for (const byte of part) if (!isContinuation(byte)) begun++
    return at
  })
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type FileVocabulary = { readonly pieces: readonly string[]; readonly kinds: readonly number[]; readonly byteLevel: boolean }

const vocabularyOf = (model: LlamaModel): FileVocabulary => {
  const { tokenizer } = model.fileInfo.metadata as {
    readonly tokenizer?: { readonly ggml?: { readonly model?: unknown; readonly tokens?: unknown; readonly token_type?: unknown } }
  }
  const { tokens, token_type } = tokenizer?.ggml ?? {}
  return {
    pieces: Array.isArray(tokens) ? tokens : [],
    kinds: Array.isArray(token_type) ? token_type : [],
    byteLevel: tokenizer?.ggml?.model === 'gpt2',
  }
}

/** Byte-level vocabularies write each byte as one character: a printable one as itself, the others as those from U+0100 on, in order. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let others = 0
  return new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(printable(byte) ? byte : 0x100 + others++), byte] as const))
})()

const bytesOfPiece = (piece: string): Uint8Array => {
  const bytes: number[] = []
  for (const character of piece) {
    const byte = BYTE_OF.get(character)
    if (byte === undefined) bytes.push(...encoder.encode(character))
    else bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}
