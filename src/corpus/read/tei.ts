// TEI P5 (https://tei-c.org/guidelines/p5/): the text of an edition and what its header says of it. Any other XML is read by the same rules.
import { ok, type Result } from '../../core/result.ts'
import type { TermMember } from './member-terms.ts'
import { readXml, type XmlEvents } from './xml.ts'

export type Edition = { readonly text: string; readonly name: string; readonly said: Readonly<Partial<Record<TermMember, string>>> }

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
/** They stand within a paragraph; every other element starts and ends one. */
const WITHIN = words(
  'hi emph foreign name persName placeName orgName rs ref ptr date num measure term title w pc c seg s q said soCalled mentioned distinct gloss choice reg corr expan abbr orig sic add del unclear gap supplied lb pb cb gb milestone g m phr cl time addName forename surname roleName geogName country settlement region anchor index graphic ex am subst space damage b i em strong span sup sub a u small',
)
/** No words of the text: running heads, deletions, and the readings that an editor replaced. */
const SILENT = words('teiHeader fw del facsimile sourceDoc standOff figDesc')
/** Of a pair in `choice` the edited one is read. */
const REPLACED = words('orig sic abbr')
const NOTE = 'note'

/** The text with an empty line between blocks, notes after the block that they stand in; verse keeps its lines. */
export const readTei = (xml: string): Result<Edition, string> => {
  const reading = new Reading()
  const read = readXml(xml, reading)
  return read.ok ? ok(reading.edition()) : read
}

class Reading implements XmlEvents {
  private readonly path: string[] = []
  private readonly header = new Header()
  private readonly blocks: string[] = []
  private block = ''
  /** Notes of the block under way; the last is under way itself while `noteDepth` is set. */
  private notes: string[] = []
  private noteDepth = 0
  private silentDepth = 0
  private headerDepth = 0
  private isVerse = false

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.path.push(name)
    const depth = this.path.length
    if (this.headerDepth > 0) this.header.open(this.path.slice(this.headerDepth), attributes)
    else this.header.root(name, attributes)
    if (name === 'teiHeader' && this.headerDepth === 0) this.headerDepth = depth
    if (this.silentDepth > 0) return
    if (SILENT.has(name) || (REPLACED.has(name) && this.path.at(-2) === 'choice')) this.silentDepth = depth
    else if (name === NOTE && this.noteDepth === 0) {
      this.noteDepth = depth
      this.notes.push('')
    } else if (name === 'lb' && attributes.break !== 'no') this.add(' ')
    else if (this.noteDepth === 0 && !WITHIN.has(name)) this.flush(name === 'l' || name === 'item' || name === 'row')
    else if (!WITHIN.has(name)) this.add(' ')
  }

  close(name: string): void {
    const depth = this.path.length
    this.path.pop()
    if (depth === this.headerDepth) this.headerDepth = 0
    if (this.silentDepth > 0) {
      if (depth === this.silentDepth) this.silentDepth = 0
      return
    }
    if (depth === this.noteDepth) this.noteDepth = 0
    else if (this.noteDepth === 0 && !WITHIN.has(name) && name !== NOTE) this.flush(name === 'l' || name === 'item' || name === 'row')
  }

  text(text: string): void {
    if (this.headerDepth > 0) this.header.text(this.path.slice(this.headerDepth), text)
    if (this.silentDepth === 0) this.add(text)
  }

  edition(): Edition {
    this.flush(false)
    return { text: this.blocks.join(''), name: this.header.name, said: this.header.said() }
  }

  private add(text: string): void {
    if (this.noteDepth > 0) this.notes.push((this.notes.pop() ?? '') + text)
    else this.block += text
  }

  /** Ends the block under way. Lines of verse, items and rows follow one another without an empty line. */
  private flush(isLine: boolean): void {
    const text = single(this.block)
    const notes = this.notes.map(single).filter((note) => note !== '')
    this.block = ''
    this.notes = []
    if (text === '' && notes.length === 0) return
    for (const each of text === '' ? notes : [text, ...notes]) {
      const isNext = this.isVerse && isLine
      this.blocks.push(`${this.blocks.length === 0 ? '' : isNext ? '\n' : '\n\n'}${each}`)
      this.isVerse = isLine
    }
  }
}

const single = (text: string): string => text.replace(/\s+/g, ' ').trim()

const LONGEST = 500

/** What a header says of licence, author, date and language: the first of each, of the printed source before others. */
class Header {
  name = ''
  private readonly found: { [Name in 'target' | 'licence' | 'author' | 'print' | 'source' | 'text' | 'ident']?: string | undefined } = {}
  private isPrint = false

  /** An element outside the header: the root and the text say what they are. */
  root(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'TEI') this.name ||= attributes['xml:id'] ?? ''
    if (name === 'TEI' || name === 'text' || name === 'body') this.found.text ??= attributes['xml:lang']
  }

  open(path: readonly string[], attributes: Readonly<Record<string, string>>): void {
    const name = path.at(-1)
    if (name === 'licence') this.found.target ??= attributes.target
    else if (name === 'language') this.found.ident ??= attributes.ident
    else if (name === 'bibl' || name === 'biblStruct' || name === 'biblFull') this.isPrint = /print|first/i.test(attributes.type ?? '')
    else if (name === 'date' && path.includes('sourceDesc')) this.add(this.isPrint ? 'print' : 'source', attributes.when ?? '')
  }

  text(path: readonly string[], text: string): void {
    const name = path.at(-1)
    if (path.includes('availability')) this.add('licence', text)
    else if (name === 'author' && path.includes('titleStmt')) this.add('author', text)
    else if (name === 'date' && path.includes('sourceDesc')) this.add(this.isPrint ? 'print' : 'source', text)
  }

  said(): Edition['said'] {
    const { target, licence, author, print, source, text, ident } = this.found
    const all = { licence: target ?? licence, attribution: author, period: print ?? source, language: text ?? ident }
    return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])))
  }

  private add(name: 'licence' | 'author' | 'print' | 'source', text: string): void {
    if (text.trim() !== '') this.found[name] = `${this.found[name] ?? ''} ${text}`.slice(0, LONGEST)
  }
}
