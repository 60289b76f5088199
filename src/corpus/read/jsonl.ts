// JSON lines (https://jsonlines.org): one object a line, its text scanned out of the bytes.
import type { Kernel } from '../kernel/kernel.ts'
import type { TextReader } from './content.ts'
import { JsonLineScanner } from './json-line.ts'
import { MemberTerms } from './member-terms.ts'
import { LONGEST_RECORD, MORE, type Reader, type Reading, refusal, type Slice } from './reading.ts'
import { LINES, records } from './records.ts'
import type { Window } from './window.ts'

type JsonLines = { readonly kernel: Kernel; readonly content: TextReader; readonly slice: Slice }

export function* readJsonLines(window: Window, context: Reading, { kernel, content, slice }: JsonLines): Reader {
  const { members } = context.declaration
  const said = new MemberTerms(context.terms, members, true)
  const scanner = new JsonLineScanner(kernel, members.text, said.wanted)
  const cellOf = (index: number) => scanner.valueOf(index)
  for (const line of records(window, LINES, slice)) {
    if (line === MORE) {
      yield MORE
      continue
    }
    const { bytes, offset, length } = line
    if (bytes === undefined) {
      yield refusal({ offset, length, name: '' }, `its line has ${length} bytes; ${LONGEST_RECORD} are read`)
      continue
    }
    const reason = context.flawOf(bytes) ?? scanner.scan(bytes)
    const { name, terms } = reason === undefined ? said.read(cellOf) : { name: '', terms: context.terms }
    const place = { offset, length, name }
    if (reason !== undefined) yield refusal(place, reason)
    else if (scanner.text === undefined) yield refusal(place, `it has no member \`${members.text}\``)
    else yield content(place, scanner.text, terms)
  }
}
