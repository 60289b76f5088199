import { lexer, type MarkedToken, type Token } from 'marked'
import { Fragment, memo, type ReactNode } from 'react'
import { Code, CopyButton } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './markdown.module.css'

/**
 * What a model wrote, as elements from a fixed list: no HTML is ever made of it, and nothing in it is loaded. Finished blocks are kept by their
 * text, so that while an answer streams only its last block is drawn anew.
 */
export const Markdown = ({ text }: { readonly text: string }) => (
  <div className={style.markdown} dir="auto">
    {lexer(text).map((token, index) => (
      // Blocks are only ever added at the end.
      // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
      <Block key={index} raw={token.raw} token={token as MarkedToken} />
    ))}
  </div>
)

type BlockProps = { readonly raw: string; readonly token: MarkedToken }
const Block = memo(
  ({ token }: BlockProps) => <BlockOf token={token} />,
  (before, after) => before.raw === after.raw && before.token.type === after.token.type,
)

const BlockOf = ({ token }: { readonly token: MarkedToken }): ReactNode => {
  switch (token.type) {
    case 'heading':
      return <p className={style.heading}>{spans(token.tokens)}</p>
    case 'code':
      return <CodeBlock language={token.lang ?? ''} text={token.text} />
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>
    case 'list': {
      const List = token.ordered ? 'ol' : 'ul'
      return (
        <List {...(token.ordered && typeof token.start === 'number' ? { start: token.start } : {})}>
          {token.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
            <li key={index}>{blocks(item.tokens)}</li>
          ))}
        </List>
      )
    }
    case 'table':
      return <TableOf head={token.header.map(({ tokens }) => tokens)} rows={token.rows.map((row) => row.map(({ tokens }) => tokens))} />
    case 'hr':
      return <hr />
    case 'space':
    case 'def':
      return null
    case 'paragraph':
      return <p>{spans(token.tokens)}</p>
    case 'text':
      return token.tokens === undefined ? token.text : spans(token.tokens)
    default:
      // HTML is shown as what it is: text.
      return <p>{token.raw}</p>
  }
}

const blocks = (tokens: readonly Token[]): ReactNode =>
  tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
    <BlockOf key={index} token={token as MarkedToken} />
  ))
const spans = (tokens: readonly Token[] | undefined): ReactNode =>
  tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
    <Fragment key={index}>{span(token as MarkedToken)}</Fragment>
  ))

const span = (token: MarkedToken): ReactNode => {
  switch (token.type) {
    case 'strong':
      return <strong>{spans(token.tokens)}</strong>
    case 'em':
      return <em>{spans(token.tokens)}</em>
    case 'del':
      return <del>{spans(token.tokens)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return <LinkOf href={token.href}>{spans(token.tokens)}</LinkOf>
    case 'image':
      return <NotLoaded href={token.href} words={token.text} />
    case 'escape':
      return token.text
    case 'text':
      return token.tokens === undefined ? plain(token.text) : spans(token.tokens)
    default:
      return token.raw
  }
}
/** The lexer escapes for HTML what we show as text. */
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
const plain = (text: string): string => text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)

const SAFE = /^(?:https:\/\/|mailto:)/i
/** Leads out only where it says so, and tells nobody where it was found. */
const LinkOf = ({ href, children }: { readonly href: string; readonly children: ReactNode }) =>
  SAFE.test(href) ? (
    <a href={href} title={href} rel="noreferrer noopener" target="_blank">
      {children}
    </a>
  ) : (
    <>
      {children} <span className={style.address}>({href})</span>
    </>
  )

/** An answer that could load a picture could leak the conversation. */
const NotLoaded = ({ href, words }: { readonly href: string; readonly words: string }) => {
  const say = useSay()
  const host = URL.parse(href)?.host ?? ''
  return (
    <span className={style.picture}>
      {say('chat.picture-not-loaded', { host: host === '' ? '?' : host })}
      {words !== '' && ` “${words}”`}
    </span>
  )
}

const CodeBlock = ({ language, text }: { readonly language: string; readonly text: string }) => {
  const say = useSay()
  const known = language === 'json' || language === 'yaml' || language === 'cedar' ? language : undefined
  return (
    <div className={style.code}>
      <div className={style.bar}>
        <span>{language}</span>
        <CopyButton text={text} />
      </div>
      {known === undefined ? (
        // Scrolls sideways in its own box, and takes focus so that keys can scroll it.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
        <section className={style.scroll} tabIndex={0} aria-label={say('chat.code')} dir="ltr">
          <pre>{text}</pre>
        </section>
      ) : (
        <Code language={known} text={text} label={say('chat.code')} />
      )}
    </div>
  )
}

const TableOf = ({ head, rows }: { readonly head: readonly Token[][]; readonly rows: readonly (readonly Token[][])[] }) => {
  const say = useSay()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
    <section className={style.scroll} tabIndex={0} aria-label={say('chat.table')}>
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
              <th key={index} scope="col">
                {spans(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
            <tr key={place}>
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the order is the identity
                <td key={index}>{spans(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
