// The filter of the calls page: in the URL as the API takes it, in the field as a person writes it: `place:abroad class:internal slower:2s`.
import { useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

export const WORD_NAMES = [
  'place',
  'class',
  'purpose',
  'outcome',
  'tenant',
  'application',
  'key',
  'alias',
  'endpoint',
  'model',
  'see',
  'stop',
  'change',
] as const
export const OTHER_NAMES = ['slower', 'dearer', 'call'] as const
const NAMES: readonly string[] = [...WORD_NAMES, ...OTHER_NAMES]
/** As the API takes them; an empty filter has no member. */
export type Filter = Readonly<Partial<Record<(typeof WORD_NAMES)[number] | (typeof OTHER_NAMES)[number], string>>>

export const SPANS = ['hour', 'day', 'week', 'month', 'all'] as const
export type Span = (typeof SPANS)[number]
/** A chosen part of the time that is shown, in milliseconds since 1970. */
export type Chosen = { readonly from: number; readonly to: number }
export type View = { readonly filter: Filter; readonly span: Span; readonly chosen: Chosen | undefined }

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1 }
/** `2s`, `1.5m` and `300ms` in milliseconds; anything else as it stands, so that the exchange says what is wrong with it. */
const milliseconds = (text: string): string => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  return amount === undefined ? text : String(Number(amount) * (UNITS[unit] ?? 1))
}
const lasting = (text: string): string => (/^\d+000$/.test(text) ? `${Number(text) / 1000}s` : `${text}ms`)

export type ReadText = { readonly filter: Filter; readonly strange: readonly string[] }
/** Words of one name are alternatives. What begins like a call’s id is one; what is neither is told back. */
export const readText = (text: string): ReadText => {
  const filter: Record<string, string> = {}
  const strange: string[] = []
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const [, name = '', value = ''] = /^([a-z]+):(.+)$/.exec(word) ?? []
    if (/^call_\w*$/i.test(word)) filter.call = word
    else if (!NAMES.includes(name)) strange.push(word)
    else if (name === 'slower') filter.slower = milliseconds(value)
    else filter[name] = filter[name] === undefined || name === 'dearer' || name === 'call' ? value : `${filter[name]},${value}`
  }
  return { filter, strange }
}

export const writeText = (filter: Filter): string =>
  NAMES.flatMap((name) => {
    const value = (filter as Readonly<Record<string, string | undefined>>)[name]
    if (value === undefined) return []
    if (name === 'call') return [value.startsWith('call_') ? value : `call:${value}`]
    return name === 'slower' ? [`slower:${lasting(value)}`] : value.split(',').map((word) => `${name}:${word}`)
  }).join(' ')

export const readView = (search: string): View => {
  const members = new URLSearchParams(search)
  const filter = Object.fromEntries(NAMES.flatMap((name) => (members.get(name) ? [[name, members.get(name)]] : []))) as Filter
  const span = SPANS.find((each) => each === members.get('span')) ?? 'day'
  const [from, to] = [Number(members.get('from')), Number(members.get('to'))]
  return { filter, span, chosen: from > 0 && to > from ? { from, to } : undefined }
}

export const writeView = ({ filter, span, chosen }: View): string => {
  const members = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
  if (span !== 'day') members.set('span', span)
  if (chosen !== undefined) {
    members.set('from', String(chosen.from))
    members.set('to', String(chosen.to))
  }
  return members.toString().replaceAll('%2C', ',')
}

/** What the page looks at, from the URL, and how to look at something else. */
export const useView = (): readonly [View, (patch: Partial<View>) => void] => {
  const search = useSearch()
  const [, navigate] = useLocation()
  const view = useMemo(() => readView(search), [search])
  const set = (patch: Partial<View>): void => {
    const next = writeView({ ...view, ...patch })
    navigate(next === '' ? '/calls' : `/calls?${next}`)
  }
  return [view, set]
}

const LENGTHS: Readonly<Record<Exclude<Span, 'all'>, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
}
export const BUCKETS = 120
/** The time that is shown: its end stands on an edge of its buckets, so that one question serves as long as a bucket lasts. */
export const rangeOf = (span: Span, now: number): Partial<Chosen> => {
  if (span === 'all') return {}
  const step = LENGTHS[span] / BUCKETS
  const to = Math.ceil((now + 1) / step) * step
  return { from: to - LENGTHS[span], to }
}
