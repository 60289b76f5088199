// The URL is the view: what a page looks at, read from and written to the URL's search by one schema for each page.

import { useCallback, useMemo } from 'react'
import * as v from 'valibot'
import { useLocation, useSearch } from 'wouter'

type Entries = v.ObjectEntries
export type SearchSchema<E extends Entries = Entries> = v.ObjectSchema<E, undefined>
export type SearchOf<Schema extends SearchSchema> = v.InferOutput<Schema>
type Patch<Schema extends SearchSchema> = { readonly [Key in keyof v.InferOutput<Schema>]?: v.InferOutput<Schema>[Key] | undefined }
export type SetSearch<Schema extends SearchSchema> = (patch: Patch<Schema>, options?: { readonly replace?: boolean }) => void

/** A whole number in the URL. */
export const numberInUrl = v.pipe(v.string(), v.regex(/^-?\d{1,16}$/), v.transform(Number))
/** Several texts, told apart by commas. */
export const listInUrl = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').filter((item) => item !== '')),
)

/** What a search says; a member that is not as its schema wants it counts as absent, since anybody may write a URL. */
export const readSearch = <Schema extends SearchSchema>(schema: Schema, search: string): SearchOf<Schema> => {
  const members = new URLSearchParams(search)
  const read = Object.entries(schema.entries).map(([name, entry]) => {
    const said = v.safeParse(entry, members.get(name) ?? undefined)
    const known = said.success ? said : v.safeParse(entry, undefined)
    return [name, known.success ? known.output : undefined]
  })
  return Object.fromEntries(read) as SearchOf<Schema>
}

/** The search with other members; empty ones leave it, and what other pages keep there stays. */
export const writeSearch = (search: string, patch: Readonly<Record<string, unknown>>): string => {
  const members = new URLSearchParams(search)
  for (const [name, value] of Object.entries(patch)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '')
    if (text === '') members.delete(name)
    else members.set(name, text)
  }
  return members.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
}

/** What this page looks at, and how to look at something else: a new entry of the history, or in place of this one. */
export const useSearchOf = <Schema extends SearchSchema>(schema: Schema): readonly [SearchOf<Schema>, SetSearch<Schema>] => {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const value = useMemo(() => readSearch(schema, search), [schema, search])
  const set = useCallback<SetSearch<Schema>>(
    (patch, { replace = false } = {}) => {
      const next = writeSearch(search, patch)
      navigate(next === '' ? path : `${path}?${next}`, { replace })
    },
    [search, path, navigate],
  )
  return [value, set]
}
