// Scanned pages, read by a program that recognises letters, where one is installed.
import type { Result } from '../../core/result.ts'
import { document, type FileContext, type Found, type Place, refusal } from './reading.ts'

/** The text of a picture, languages as Tesseract names them; or why there is none, in one clause. */
export type Recognise = (image: Uint8Array, languages: string) => Result<string, string>

export const readImage = (context: FileContext, place: Place, image: Uint8Array, recognise: Recognise): Found => {
  const text = recognise(image, context.declaration.scanned)
  if (!text.ok) return refusal(place, text.error)
  const words = text.value.replaceAll('\f', '\n').trim()
  return words === ''
    ? refusal(place, 'no letters were recognised on it')
    : document(context, place, new TextEncoder().encode(words), context.terms)
}
