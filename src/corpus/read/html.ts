// The main text of a page. First the element that holds most of the running text is found, then the blocks in it are judged: by the share of
// their characters that stand in links, by their length, and by what stands beside them (after Pomikálek, "Removing Boilerplate and Duplicate
// Content from Web Corpora", 2011).
import { err, ok, type Result } from '../../core/result.ts'
import { type Block, type Holder, readPage } from './html-blocks.ts'

export type MainText = {
  readonly text: string
  readonly language: string | undefined
  readonly licence: string | undefined
  readonly reservation: string | undefined
}

/** Characters from which a block is running text, if little of it is links. */
const LONG = 70
/** Of scripts that write a word with a character or two. */
const LONG_DENSE = 28
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const FEW_LINKS = 0.33
const MANY_LINKS = 0.55
/** An element holds the text when so much of the running text above it is in it. */
const SHARE = 0.65

const SENTENCE_END = /[.!?:;…。！？।۔។။]["'”’»)\]]?$/u

/** Headings, paragraphs, lists and tables as lines of text with an empty line between blocks; empty where a page has no text of its own. */
export const mainTextOf = (html: string): Result<MainText, string> => {
  const page = readPage(html)
  if (!page.ok) return err(page.error)
  const { blocks, body, language, licence, reservation } = page.value
  const holder = holderOfText(blocks, body)
  const held = blocks.filter((block) => isWithin(block.holder, holder))
  return ok({ text: written(withoutEmptySections(kept(held))), language, licence, reservation })
}

const isLong = ({ kind, text, linked }: Block): boolean =>
  kind !== 'heading' &&
  linked < FEW_LINKS &&
  (text.length >= LONG || (text.length >= LONG_DENSE && DENSE.test(text)) || (kind === 'verbatim' && linked === 0))

/** They hold a text whole; a list or a quotation is part of one. */
const WHOLE = new Set(['body', 'article', 'main', 'div', 'section', 'td', 'center', 'form'])
const LAYOUT = new Set(['table', 'tbody', 'tr', 'html'])

const holderOfText = (blocks: readonly Block[], body: Holder): Holder => {
  for (const block of blocks)
    if (isLong(block))
      for (let above: Holder | undefined = block.holder; above !== undefined; above = above.parent) above.good += block.text.length
  let holder = body
  for (let at = body; ; ) {
    const inner = at.children.find(({ tag, good }) => good > SHARE * at.good && (WHOLE.has(tag) || LAYOUT.has(tag)))
    // One without an inside is a paragraph, whatever its name; its neighbours belong to the text, too.
    if (inner === undefined || inner.children.length === 0) return holder
    at = inner
    if (WHOLE.has(inner.tag)) holder = inner
  }
}

const isWithin = (holder: Holder, outer: Holder): boolean => {
  for (let each: Holder | undefined = holder; each !== undefined; each = each.parent) if (each === outer) return true
  return false
}

/** Long blocks stay, blocks of links go; short ones are what their neighbours are. */
const kept = (blocks: readonly Block[]): Block[] => {
  const verdicts = verdictsOf(blocks)
  if (!verdicts.includes('good')) return blocks.filter((_, index) => verdicts[index] !== 'bad')
  const before = nearest(verdicts)
  const after = nearest(verdicts.toReversed()).reverse()
  return blocks.filter((block, index) => {
    if (verdicts[index] !== 'short') return verdicts[index] === 'good'
    if (block.kind === 'heading') return after[index] === 'good'
    const isBetween = before[index] === 'good' && after[index] === 'good'
    const isBeside = before[index] === 'good' || after[index] === 'good'
    return isBetween || (isBeside && (SENTENCE_END.test(block.text) || (block.kind !== 'paragraph' && before[index] === 'good')))
  })
}

type Verdict = 'good' | 'bad' | 'short'

const verdictsOf = (blocks: readonly Block[]): Verdict[] => {
  /** A sentence has just said that a list follows; then its items are text, though they be links. */
  let isAnnounced = false
  return blocks.map((block) => {
    const isItem = block.kind === 'item'
    const verdict = isLong(block) ? 'good' : block.linked > MANY_LINKS && !(isItem && isAnnounced) ? 'bad' : 'short'
    if (!isItem) isAnnounced = verdict === 'good' && block.text.endsWith(':')
    return verdict
  })
}

/** The verdict of the nearest block before each that is not short. */
const nearest = (verdicts: readonly Verdict[]): (Verdict | undefined)[] => {
  let last: Verdict | undefined
  return verdicts.map((verdict) => {
    const found = last
    if (verdict !== 'short') last = verdict
    return found
  })
}

/** A heading stays only where text, or a lower heading that stays, is the next to follow. */
const withoutEmptySections = (blocks: readonly Block[]): Block[] => {
  const reversed: Block[] = []
  /** Rank of what follows, 0 for text. */
  let follows: number | undefined
  for (const block of blocks.toReversed()) {
    if (block.kind === 'heading' && (follows === undefined || (follows !== 0 && follows <= block.level))) continue
    follows = block.level
    reversed.push(block)
  }
  return reversed.reverse()
}

const written = (blocks: readonly Block[]): string => {
  let text = ''
  let last: Block['kind'] | undefined
  for (const { kind, text: words } of blocks) {
    const isList = kind === last && (kind === 'item' || kind === 'row')
    text += `${text === '' ? '' : isList ? '\n' : '\n\n'}${kind === 'item' ? `- ${words}` : words}`
    last = kind
  }
  return text
}
