// A rehearsal lasts until somebody ends it, on whichever page: what is rehearsed stands in the URL of every page, as `rehearse=country:US`.
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { writeSearch } from '../search.ts'

export type Rehearsed = { readonly kind: 'country' | 'actor' | 'endpoint'; readonly id: string }
const MEMBER = 'rehearse'
const KINDS: readonly string[] = ['country', 'actor', 'endpoint'] satisfies Rehearsed['kind'][]

const parse = (text: string | null): Rehearsed | undefined => {
  const [, kind = '', id = ''] = /^(\w+):(.{1,200})$/.exec(text ?? '') ?? []
  return KINDS.includes(kind) ? { kind: kind as Rehearsed['kind'], id } : undefined
}

/** Where a link leads while a rehearsal lasts: the same page, in the rehearsal. An empty member is how one ends. */
export const keepRehearsal = (to: string): string => {
  const [path = '', search = ''] = to.split('?')
  const asked = new URLSearchParams(search).get(MEMBER)
  const lasting = asked ?? new URLSearchParams(location.search).get(MEMBER) ?? ''
  const next = writeSearch(search, { [MEMBER]: lasting })
  return next === '' ? path : `${path}?${next}`
}

export type Rehearsal = {
  readonly subject: Rehearsed | undefined
  readonly start: (subject: Rehearsed) => void
  readonly end: () => void
}

/** What is rehearsed just now, and how to begin and end. */
export const useRehearsal = (): Rehearsal => {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const subject = useMemo(() => parse(new URLSearchParams(search).get(MEMBER)), [search])
  const start = useCallback(
    ({ kind, id }: Rehearsed) => navigate(`${path}?${writeSearch(search, { [MEMBER]: `${kind}:${id}` })}`),
    [search, path, navigate],
  )
  const end = useCallback(() => {
    const rest = writeSearch(search, { [MEMBER]: undefined })
    navigate(`${path}?${rest}${rest === '' ? '' : '&'}${MEMBER}=`)
  }, [search, path, navigate])
  return { subject, start, end }
}
