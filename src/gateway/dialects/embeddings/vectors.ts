// Vectors as numbers and as base64 of 32-bit floats: the same thing, so that one is made of the other without loss.
import { type Losses, pointer } from '../losses.ts'
import { type Embedding, type Encoding, INTEGER_ENCODINGS } from './embedding.ts'

const BYTES = 4

export const floatsToBase64 = (floats: readonly number[]): string => {
  const view = new DataView(new ArrayBuffer(floats.length * BYTES))
  floats.forEach((value, index) => {
    view.setFloat32(index * BYTES, value, true)
  })
  return bytesToBase64(new Uint8Array(view.buffer))
}

/** Undefined for what is no base64, or not of whole floats. */
export const base64ToFloats = (text: string): readonly number[] | undefined => {
  const bytes = base64ToBytes(text)
  if (bytes === undefined || bytes.length % BYTES !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / BYTES }, (_, index) => view.getFloat32(index * BYTES, true))
}

/** As an endpoint gave them, or made of the other form. */
export const floatsOf = (embedding: Embedding): readonly number[] | undefined =>
  embedding.float ?? (embedding.base64 === undefined ? undefined : base64ToFloats(embedding.base64))
export const base64Of = (embedding: Embedding): string | undefined =>
  embedding.base64 ?? (embedding.float === undefined ? undefined : floatsToBase64(embedding.float))

/** Encodings that one of the two gives when the other was asked of the endpoint. */
export const isFloating = (encoding: Encoding): boolean => encoding === 'float' || encoding === 'base64'

/**
 * One vector for a wire that knows floats alone, in the form that `floating` makes. What else the endpoint gave is lost; where it gave
 * no floats at all, its other numbers stand in their place.
 */
export const numbersOf = <Form>(
  embedding: Embedding,
  index: number,
  wire: string,
  losses: Losses,
  floating: (embedding: Embedding) => Form | undefined,
): Form | readonly number[] => {
  const floats = floating(embedding)
  const [first, ...others] = INTEGER_ENCODINGS.filter((encoding) => embedding[encoding] !== undefined)
  for (const encoding of floats === undefined || first === undefined ? others : [first, ...others])
    losses.dropped('constraint', pointer('embeddings', index, encoding), `${wire} writes vectors as floats alone`)
  if (floats !== undefined) return floats
  if (first !== undefined) losses.approximated('constraint', pointer('embeddings', index), `${first} stands where ${wire} has floats`)
  return (first && embedding[first]) ?? []
}

/** Bytes turned into text at once; more would be too many arguments for a call. */
const PIECE = 1 << 13

const bytesToBase64 = (bytes: Uint8Array): string => {
  const pieces: string[] = []
  for (let from = 0; from < bytes.length; from += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(from, from + PIECE)))
  return btoa(pieces.join(''))
}

const base64ToBytes = (text: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0))
  } catch {
    return undefined
  }
}
