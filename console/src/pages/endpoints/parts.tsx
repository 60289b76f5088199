import { Duration, Place } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { EndpointRow } from './names.tsx'
import style from './parts.module.css'

/** Where its machines stand; the first of several, and how many more. */
export const Places = ({ places, form = 'bare' }: { readonly places: readonly string[]; readonly form?: 'bare' | 'badge' }) => {
  const say = useSay()
  const [first, ...others] = places
  return (
    <span className={style.name}>
      <Place country={first === 'unknown' ? undefined : first} form={form} />
      {others.length > 0 && <span>{say('endpoints.more', { count: others.length })}</span>}
    </span>
  )
}

/** Half of the calls took no longer than the first, all but one in twenty no longer than the second; else the mean. */
export const Took = ({ took: { meanMs, p50Ms, p95Ms } }: { readonly took: EndpointRow['took'] }) =>
  p50Ms === null || p95Ms === null ? (
    <Duration length={meanMs ?? undefined} />
  ) : (
    <span className={style.took}>
      <Duration length={p50Ms} /> · <Duration length={p95Ms} />
    </span>
  )
