// Word documents (ISO/IEC 29500): paragraphs, lists and tables of the body, then its notes; of its properties rights, date and language (who typed it is nobody’s business).
import { err, ok, type Result } from '../../core/result.ts'
import { decoded, encodingOfXml } from './encodings.ts'
import type { TermMember } from './member-terms.ts'
import { readXml, type XmlEvents } from './xml.ts'
import { unzip, type ZipMember, zipMembers } from './zip.ts'

export type WordText = { readonly text: string; readonly said: Readonly<Partial<Record<TermMember, string>>> }

const BODY = 'word/document.xml'
const NOTES = ['word/footnotes.xml', 'word/endnotes.xml']
const PROPERTIES = 'docProps/core.xml'

export const readDocx = (bytes: Buffer): Result<WordText, string> => {
  const members = zipMembers(bytes)
  if (!members.ok) return members
  const body = members.value.get(BODY)
  if (body === undefined) return err(`it is no Word document: it has no \`${BODY}\`, or is encrypted`)
  const paragraphs = new Paragraphs()
  const properties = new Properties()
  for (const part of [body, ...NOTES.map((name) => members.value.get(name))]) {
    const read = part === undefined ? ok(undefined) : readPart(bytes, part, paragraphs)
    if (!read.ok) return read
  }
  const core = members.value.get(PROPERTIES)
  const read = core === undefined ? ok(undefined) : readPart(bytes, core, properties)
  return read.ok ? ok({ text: paragraphs.written, said: properties.said }) : read
}

const readPart = (bytes: Buffer, part: ZipMember, events: XmlEvents): Result<void, string> => {
  const unpacked = unzip(bytes, part)
  if (!unpacked.ok) return unpacked
  const xml = decoded(unpacked.value, encodingOfXml(unpacked.value))
  return 'reason' in xml ? err(`in \`${part.name}\`: ${xml.reason}`) : readXml(xml.text, events)
}

/** What stands twice, for readers that know less, and what only the program reads. */
const SILENT = new Set(['mc:Fallback', 'w:del', 'w:moveFrom', 'w:instrText', 'w:pPrChange', 'w:rPrChange'])

class Paragraphs implements XmlEvents {
  written = ''
  private paragraph = ''
  private isText = false
  private isItem = false
  private silent = 0
  private cells = 0
  private last: 'paragraph' | 'item' | 'row' | undefined
  private row: string[] = []

  open(name: string): void {
    if (this.silent > 0 || SILENT.has(name)) this.silent++
    else if (name === 'w:t') this.isText = true
    else if (name === 'w:tab') this.paragraph += '\t'
    else if (name === 'w:br' || name === 'w:cr') this.paragraph += '\n'
    else if (name === 'w:noBreakHyphen') this.paragraph += '-'
    else if (name === 'w:numPr') this.isItem = true
    else if (name === 'w:tc' && this.cells++ === 0) this.row.push('')
  }

  close(name: string): void {
    if (this.silent > 0) this.silent--
    else if (name === 'w:t') this.isText = false
    else if (name === 'w:p') this.endParagraph()
    else if (name === 'w:tc') this.cells--
    else if (name === 'w:tr' && this.cells === 0) {
      this.add(this.row.join('\t'), 'row')
      this.row = []
    }
  }

  text(text: string): void {
    if (this.isText && this.silent === 0) this.paragraph += text
  }

  private endParagraph(): void {
    const text = this.paragraph.trim()
    if (this.cells > 0) this.row.push([this.row.pop(), text].filter((each) => each !== '').join(' '))
    else this.add(this.isItem && text !== '' ? `- ${text}` : text, this.isItem ? 'item' : 'paragraph')
    this.paragraph = ''
    this.isItem = false
  }

  private add(text: string, kind: 'paragraph' | 'item' | 'row'): void {
    if (text.trim() === '') return
    this.written += `${this.written === '' ? '' : kind === this.last && kind !== 'paragraph' ? '\n' : '\n\n'}${text}`
    this.last = kind
  }
}

const MEMBERS: ReadonlyMap<string, TermMember> = new Map([
  ['dcterms:created', 'period'],
  ['dc:language', 'language'],
  ['dc:rights', 'licence'],
])

class Properties implements XmlEvents {
  readonly said: Partial<Record<TermMember, string>> = {}
  private member: TermMember | undefined

  open(name: string): void {
    this.member = MEMBERS.get(name)
  }
  close(): void {
    this.member = undefined
  }
  text(text: string): void {
    if (this.member !== undefined && text.trim() !== '') this.said[this.member] = `${this.said[this.member] ?? ''}${text}`.trim()
  }
}
