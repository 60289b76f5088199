import { useMemo } from 'react'
import { Link } from 'wouter'
import { usePlaceOf } from '../../places.ts'
import { PlaceShape } from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { NODE, type PlacedNode, place } from './layout.ts'
import { type FactRow, nameOfReference, verbOf } from './names.tsx'
import type { Drawn, Edge, Node } from './paths.ts'
import style from './reach.module.css'

/** Pixels that a character of a name, or of a smaller verb, takes on average; wide scripts take more. */
const WIDE = /[\u0900-\u0dff\u0600-\u06ff\u3000-\u9fff]/
const widthOf = (text: string, small: boolean): number =>
  [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 9 : small ? 6 : 7.4), 0)

/** The reach as a picture, beside the same in words: the asked way in ink, everything else faint; each part leads to what is known of it. */
export const ReachGraph = ({
  drawn,
  asked,
  facts,
  hrefOf,
}: {
  readonly drawn: Drawn
  readonly asked: ReadonlySet<Edge>
  readonly facts: readonly FactRow[]
  readonly hrefOf: (node: Node) => string
}) => {
  const say = useSay()
  const placed = useMemo(
    () =>
      place(drawn, {
        node: ({ id }) => Math.max(150, widthOf(shortName(say, id), false) + 44),
        edge: ({ verb, to }) => widthOf(verbOf(say, verb, to.startsWith('unknown:')), true) + 12,
      }),
    [drawn, say],
  )
  const onWay = new Set([...asked].flatMap(({ from, to }) => [from, to]))
  return (
    // What scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus
    <section className={style.scroll} tabIndex={0} aria-label={say('endpoint.graph')}>
      <div className={style.graph} style={{ inlineSize: placed.width, blockSize: placed.height }}>
        <svg className={style.lines} width={placed.width} height={placed.height} aria-hidden="true">
          {placed.edges.map(({ edge, path }) => (
            <path
              key={keyOf(edge)}
              d={path}
              className={`${style.line} ${asked.has(edge) ? style.asked : ''} ${isSure(edge, facts) ? '' : style.unsure}`}
            />
          ))}
        </svg>
        {placed.edges.map(({ edge, label }) => (
          <span
            key={keyOf(edge)}
            className={`${style.verb} ${asked.has(edge) ? style.told : ''}`}
            style={{ insetInlineStart: label.x, insetBlockStart: label.y }}
            aria-hidden="true"
          >
            {verbOf(say, edge.verb, edge.to.startsWith('unknown:'))}
          </span>
        ))}
        <ul className={style.nodes}>
          {placed.nodes.map((node) => (
            <PlacedBox
              key={node.id}
              node={node}
              isAsked={onWay.has(node.id)}
              into={placed.edges.find(({ edge }) => edge.to === node.id)?.edge}
              facts={facts}
              href={hrefOf(node)}
            />
          ))}
        </ul>
      </div>
    </section>
  )
}

const keyOf = ({ from, verb, to }: Edge): string => `${from} ${verb} ${to}`
const isSure = ({ rows }: Edge, facts: readonly FactRow[]): boolean =>
  rows.length > 0 && rows.every((row) => facts.find(({ id }) => id === row)?.settles === true)

/** Without the part that stands in every name of the picture. */
const shortName = (say: Say, id: string): string => nameOfReference(say, id)

const PlacedBox = ({
  node,
  isAsked,
  into,
  facts,
  href,
}: {
  readonly node: PlacedNode
  readonly isAsked: boolean
  readonly into: Edge | undefined
  readonly facts: readonly FactRow[]
  readonly href: string
}) => {
  const say = useSay()
  const placeOf = usePlaceOf()
  const { id, kind, x, y, width } = node
  const row = facts.find((fact) => fact.id === into?.rows.at(-1))
  return (
    <li
      className={`${style.place} ${isAsked ? '' : style.faint}`}
      style={{ insetInlineStart: x, insetBlockStart: y, inlineSize: width, blockSize: NODE.height }}
    >
      <Link href={href} className={`${style.node} ${kind === 'unknown' ? style.open : ''}`} title={id}>
        {(kind === 'country' || kind === 'unknown') && (
          <PlaceShape place={placeOf(kind === 'country' ? id.slice('country:'.length) : undefined)} />
        )}
        <span className={style.words}>
          <bdi className={style.title}>{shortName(say, id)}</bdi>
          <span className={style.note}>{row === undefined ? say(`node.${kind}`) : `${say(`evidence.${row.evidence}`)} · ${row.asOf}`}</span>
        </span>
      </Link>
    </li>
  )
}
