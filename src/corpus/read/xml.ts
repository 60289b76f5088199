// XML 1.0 as events, bounded: no file is ever fetched for it, and entities unfold only so far.
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { err, ok, type Result } from '../../core/result.ts'
import { LONGEST_RECORD } from './reading.ts'

export type XmlEvents = {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close(name: string): void
  text(text: string): void
}

const PIECE = 65_536
const DEEPEST = 10_000
const MOST_ENTITIES = 1_000
const LONGEST_ENTITY = 65_536

/** Tells the events of a document; what is not well-formed is one sentence, and events before it have been told. */
export const readXml = (xml: string, events: XmlEvents): Result<void, string> => {
  const parser = new SaxesParser()
  let failure: string | undefined
  let depth = 0
  // The first thing wrong is what is said; the parser would go on and find more.
  const fail = (reason: string): void => {
    failure ??= reason
  }
  parser.on('error', ({ message }) => fail(`it is no well-formed XML: ${message}`))
  parser.on('doctype', (doctype) => {
    const entities = entitiesOf(doctype)
    if (!entities.ok) fail(entities.error)
    else if (unfolded(xml, entities.value) > LONGEST_RECORD)
      fail(`its entities unfold to more than ${LONGEST_RECORD} characters, as a bomb does`)
    else Object.assign(parser.ENTITIES, Object.fromEntries(entities.value))
  })
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (++depth > DEEPEST) fail(`its elements are nested deeper than ${DEEPEST}`)
    if (failure === undefined) events.open(name, attributes)
  })
  parser.on('closetag', ({ name }) => {
    depth--
    if (failure === undefined) events.close(name)
  })
  const text = (words: string): void => {
    if (failure === undefined) events.text(words)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  for (let at = 0; at < xml.length && failure === undefined; at += PIECE) parser.write(xml.slice(at, at + PIECE))
  if (failure === undefined) parser.close()
  return failure === undefined ? ok(undefined) : err(failure)
}

/** No more than all references of a text can unfold to. */
const unfolded = (xml: string, entities: ReadonlyMap<string, string>): number => {
  const longest = Math.max(0, ...[...entities.values()].map(({ length }) => length))
  let references = 0
  if (longest > 0) for (let at = xml.indexOf('&'); at >= 0; at = xml.indexOf('&', at + 1)) references++
  return references * longest
}

const DECLARATION = /<!ENTITY\s+(%\s+)?([^\s%"'<>]+)\s+(?:(SYSTEM|PUBLIC)\b[^>]*|"([^"]*)"|'([^']*)')[^>]*>/g

/** The general entities that a document type declares in itself, unfolded (XML 1.0, section 4.4). Those of other files are not known. */
const entitiesOf = (doctype: string): Result<ReadonlyMap<string, string>, string> => {
  const raw = new Map<string, string>()
  for (const [, parameter, name = '', external, double, single] of doctype.matchAll(DECLARATION)) {
    if (parameter === undefined && external === undefined && !raw.has(name)) raw.set(name, double ?? single ?? '')
    if (raw.size > MOST_ENTITIES) return err(`it declares more than ${MOST_ENTITIES} entities`)
  }
  const entities = new Map<string, string>()
  for (const name of raw.keys()) {
    const unfolded = unfold(name, { raw, entities }, [])
    if (!unfolded.ok) return unfolded
  }
  return ok(entities)
}

type Entities = { readonly raw: ReadonlyMap<string, string>; readonly entities: Map<string, string> }

/** Unfolds one entity and those within it, each once: a bomb costs no more than a list. */
const unfold = (name: string, known: Entities, within: readonly string[]): Result<string, string> => {
  const { raw, entities } = known
  const done = entities.get(name)
  if (done !== undefined) return ok(done)
  if (within.includes(name)) return err(`its entity \`${name}\` contains itself`)
  const value = raw.get(name) ?? ''
  if (value.includes('<')) return err(`its entity \`${name}\` contains markup, which is not read`)
  let text = ''
  let at = 0
  for (const found of value.matchAll(/&([^;#\s]+);/g)) {
    const [reference, inner = ''] = found
    const innerText = raw.has(inner) ? unfold(inner, known, [...within, name]) : ok(reference)
    if (!innerText.ok) return innerText
    text += value.slice(at, found.index) + innerText.value
    at = found.index + reference.length
    if (text.length > LONGEST_ENTITY) break
  }
  text = withCharacters(text + value.slice(at))
  if (text.length > LONGEST_ENTITY) return err(`its entity \`${name}\` unfolds to more than ${LONGEST_ENTITY} characters, as a bomb does`)
  entities.set(name, text)
  return ok(text)
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])
const withCharacters = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));/g, (reference, decimal, hexadecimal, name) => {
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
    return PREDEFINED.get(name) ?? (point <= 0x10ffff ? String.fromCodePoint(point) : reference)
  })
