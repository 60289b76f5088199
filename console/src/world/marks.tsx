import { X } from 'lucide-react'
import { useId } from 'react'
import { Link } from 'wouter'
import { formatCountry, formatList, formatNumber } from '../format.ts'
import { PlaceShape } from '../ui/place.tsx'
import { useSay } from '../words/words.tsx'
import style from './marks.module.css'
import type { Box, Mark } from './view.ts'

/** Endpoints over a scene: each a link to its page, several at one place a number that opens their names. Elements of the page, so that text and targets keep their size. */
export const Marks = ({
  marks,
  box,
  gone,
  linked,
}: {
  readonly marks: readonly Mark[]
  readonly box: Box
  readonly gone: ReadonlySet<string>
  readonly linked: boolean
}) => {
  const [left, top, width, height] = box
  return (
    <>
      {marks.map((mark) => {
        const [x, y] = [(mark.at[0] - left) / width, (mark.at[1] - top) / height]
        if (x < 0 || x > 1 || y < 0 || y > 1) return null
        return (
          <span
            key={`${mark.country} ${mark.place}`}
            className={style.mark}
            style={{ insetInlineStart: `${x * 100}%`, insetBlockStart: `${y * 100}%` }}
          >
            {linked ? <OneOrSeveral mark={mark} gone={gone} /> : <Face mark={mark} gone={gone} />}
          </span>
        )
      })}
    </>
  )
}

const isGone = ({ endpoints }: Mark, gone: ReadonlySet<string>): boolean => endpoints.every(({ name, cut }) => cut || gone.has(name))

const Face = ({ mark, gone }: { readonly mark: Mark; readonly gone: ReadonlySet<string> }) => (
  <span className={`${style.disc} ${isGone(mark, gone) ? style.gone : ''}`} aria-hidden="true">
    {isGone(mark, gone) ? (
      <X />
    ) : mark.endpoints.length > 1 ? (
      <span>{formatNumber(mark.endpoints.length)}</span>
    ) : (
      <PlaceShape place={mark.place} />
    )}
  </span>
)

const OneOrSeveral = ({ mark, gone }: { readonly mark: Mark; readonly gone: ReadonlySet<string> }) => {
  const say = useSay()
  const id = useId()
  const [only, ...more] = mark.endpoints
  const country = formatList([...new Set(mark.endpoints.map((endpoint) => formatCountry(endpoint.country ?? '')))])
  if (only === undefined) return null
  if (more.length === 0)
    return (
      <Link
        href={`/endpoints/${encodeURIComponent(only.name)}`}
        className={style.target}
        aria-label={say('map.endpoint-in', { endpoint: only.name, country })}
        title={say('map.endpoint-in', { endpoint: only.name, country })}
      >
        <Face mark={mark} gone={gone} />
      </Link>
    )
  return (
    <>
      <button
        type="button"
        className={style.target}
        popoverTarget={id}
        aria-label={say('map.endpoints-in', { count: mark.endpoints.length, country })}
      >
        <Face mark={mark} gone={gone} />
      </button>
      <div id={id} popover="auto" className={style.list}>
        <p className={style.title}>{say('map.endpoints-in', { count: mark.endpoints.length, country })}</p>
        <ul>
          {mark.endpoints.map(({ name }) => (
            <li key={name}>
              <Link href={`/endpoints/${encodeURIComponent(name)}`}>
                <bdi>{name}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}
