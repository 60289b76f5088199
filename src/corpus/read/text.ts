// Plain text: a document is the file, a line, or a paragraph; and Markdown, whose file is the document.
import type { TextReader } from './content.ts'
import { LONGEST_RECORD, MORE, type Reader, type Reading, refusal, type Slice } from './reading.ts'
import { type Framing, records, whole } from './records.ts'
import type { Window } from './window.ts'

export function* readText(window: Window, context: Reading, content: TextReader, framing: Framing, slice: Slice): Reader {
  for (const record of records(window, framing, slice)) {
    if (record === MORE) {
      yield MORE
      continue
    }
    const { bytes, offset, length } = record
    const place = { offset, length, name: '' }
    const reason = bytes === undefined ? `it has ${length} bytes; ${LONGEST_RECORD} are read` : context.flawOf(bytes)
    yield bytes === undefined || reason !== undefined ? refusal(place, reason ?? '') : content(place, bytes, context.terms)
  }
}

/** A file that is one document. */
export function* readWholeText(window: Window, context: Reading, content: TextReader): Reader {
  const { offset } = window
  const bytes = yield* whole(window)
  const place = { offset, length: window.offset - offset, name: '' }
  if (bytes === undefined) yield refusal(place, tooLarge('; where it holds many documents, declare `documents` as `line` or `paragraph`'))
  else {
    const flaw = context.flawOf(bytes)
    yield flaw === undefined ? content(place, bytes, context.terms) : refusal(place, flaw)
  }
}

export const tooLarge = (advice = ''): string => `it has more than ${LONGEST_RECORD} bytes, and is read at once${advice}`
