// A page as blocks of text, each with what is known of it: one pass of the tokenizer, no tree of the document.
import { Parser } from 'htmlparser2'
import { err, ok, type Result } from '../../core/result.ts'
import { type Attributes, BLOCKS, CELLS, HEADING, isAround } from './html-words.ts'

/** An element that can be what holds the text. `good`: characters of good blocks in it, for whoever looks for the text. */
export type Holder = { readonly tag: string; readonly parent: Holder | undefined; readonly children: Holder[]; good: number }
export type Block = {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'row' | 'verbatim'
  /** Of a heading, 1 to 6; otherwise 0. */
  readonly level: number
  readonly text: string
  /** Share of the characters that stand in links. */
  readonly linked: number
  readonly holder: Holder
}
export type Page = {
  readonly blocks: readonly Block[]
  readonly body: Holder
  readonly language: string | undefined
  readonly licence: string | undefined
  /** As `<meta name="tdm-reservation">` has it (W3C TDM Reservation Protocol). */
  readonly reservation: string | undefined
}

/** Deeper elements are read as part of the one above them: browsers do so, too. */
const DEEPEST = 512
/** The tokenizer's own time grows with the square of the depth, and our memory with the number of blocks. */
const DEEPEST_READ = 5_000
const MOST_BLOCKS = 1_000_000
const PIECE = 65_536

type Open = {
  readonly tag: string
  readonly holder: Holder
  readonly isAround: boolean
  readonly isText: boolean
  readonly isLink: boolean
  readonly isVerbatim: boolean
}

/** A page, or why it is none that can be read. */
export const readPage = (html: string): Result<Page, string> => {
  const collector = new Collector()
  const parser = new Parser(collector, { decodeEntities: true, lowerCaseTags: true })
  for (let at = 0; at < html.length; at += PIECE) {
    parser.write(html.slice(at, at + PIECE))
    if (collector.depth > DEEPEST_READ) return err(`its elements are nested deeper than ${DEEPEST_READ}`)
    if (collector.size > MOST_BLOCKS) return err(`it has more than ${MOST_BLOCKS} blocks of text`)
  }
  parser.end()
  return ok(collector.page())
}

/** The events of the tokenizer, gathered into blocks. */
class Collector {
  private readonly blocks: Block[] = []
  private readonly body: Holder = { tag: 'html', parent: undefined, children: [], good: 0 }
  private readonly open: Open[] = []
  private beyond = 0
  private holders = 0
  private parts: string[] = []
  private characters = 0
  private linked = 0
  private language: string | undefined
  private licence: string | undefined
  private reservation: string | undefined

  get depth(): number {
    return this.open.length + this.beyond
  }
  get size(): number {
    return this.holders + this.blocks.length
  }

  onopentag(tag: string, attributes: Attributes): void {
    this.notice(tag, attributes)
    if (this.open.length >= DEEPEST) {
      this.beyond++
      return
    }
    if (tag === 'br') this.parts.push('\n')
    const isBlock = BLOCKS.has(tag)
    if (isBlock) {
      this.flush()
      this.holders++
    }
    const above = this.open.at(-1)
    const isText = above?.isText === true || tag === 'article' || tag === 'main'
    this.open.push({
      tag,
      holder: isBlock ? holderIn(tag, above?.holder ?? this.body) : (above?.holder ?? this.body),
      isAround: above?.isAround === true || isAround(tag, attributes, isText),
      isText,
      isLink: above?.isLink === true || tag === 'a',
      isVerbatim: above?.isVerbatim === true || tag === 'pre',
    })
  }

  ontext(text: string): void {
    const { isAround = false, isLink = false, isVerbatim = false } = this.open.at(-1) ?? {}
    if (isAround) return
    this.parts.push(isVerbatim ? text : text.replace(/\s+/g, ' '))
    const { length } = text.trim()
    this.characters += length
    if (isLink) this.linked += length
  }

  onclosetag(tag: string): void {
    if (this.beyond > 0) {
      this.beyond--
      return
    }
    if (CELLS.has(tag)) this.parts.push('\t')
    if (BLOCKS.has(tag)) this.flush()
    this.open.pop()
  }

  page(): Page {
    this.flush()
    const { blocks, body, language, licence, reservation } = this
    return { blocks, body, language, licence, reservation }
  }

  /** What stands in the head, and in the elements that speak of the whole page. */
  private notice(tag: string, attributes: Attributes): void {
    if (tag === 'html') this.language = attributes.lang ?? attributes['xml:lang']
    else if (tag === 'meta' && attributes.name?.toLowerCase() === 'tdm-reservation') this.reservation = attributes.content
    else if ((tag === 'link' || tag === 'a') && /(?:^|\s)license(?:\s|$)/i.test(attributes.rel ?? '')) this.licence ??= attributes.href
  }

  private flush(): void {
    const { parts, characters, linked } = this
    if (parts.length === 0) return
    this.parts = []
    this.characters = 0
    this.linked = 0
    if (characters === 0) return
    const isVerbatim = this.open.at(-1)?.isVerbatim === true
    const kind = this.kind(isVerbatim)
    const text = isVerbatim ? parts.join('').replace(/^\n+|\s+$/g, '') : collapsed(parts.join(''), kind === 'row')
    const level = kind === 'heading' ? Number(HEADING.exec(this.open.at(-1)?.tag ?? '')?.[1] ?? 6) : 0
    if (text !== '') this.blocks.push({ kind, level, text, linked: linked / characters, holder: this.open.at(-1)?.holder ?? this.body })
  }

  /** By the nearest element that says it. */
  private kind(isVerbatim: boolean): Block['kind'] {
    if (isVerbatim) return 'verbatim'
    for (let at = this.open.length - 1; at >= 0 && at > this.open.length - 8; at--) {
      const tag = this.open[at]?.tag ?? ''
      if (HEADING.test(tag)) return 'heading'
      if (tag === 'li' || tag === 'dd' || tag === 'dt') return 'item'
      if (tag === 'tr') return 'row'
      if (tag === 'table' || tag === 'article' || tag === 'main' || tag === 'section') break
    }
    return 'paragraph'
  }
}

const holderIn = (tag: string, parent: Holder): Holder => {
  const holder = { tag, parent, children: [], good: 0 }
  parent.children.push(holder)
  return holder
}

/** White space as a browser shows it: runs are one space, `<br>` is a new line, cells of a row stand apart by tabs. */
const collapsed = (text: string, isRow: boolean): string => {
  const lines = isRow ? [text.replaceAll('\n', ' ').split('\t').map(single).join('\t').replace(/\t+$/, '')] : text.split('\n').map(single)
  return lines.filter((line) => line !== '').join('\n')
}
const single = (text: string): string => text.replace(/[\s\u00a0]+/g, ' ').trim()
