import { useInfiniteQuery } from '@tanstack/react-query'
import { Bookmark, Download } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { type ApiFailure, ask, urlOf } from '../../api/client.ts'
import { useAnswer } from '../../api/use.ts'
import { formatMoment, formatNumber } from '../../format.ts'
import { Asked, Button, Card, Empty, LinkButton, Menu, NotAnswered, Note, PageHead, Segmented, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './calls.module.css'
import { BUCKETS, type Filter, rangeOf, readView, SPANS, useView, type View, writeText, writeView } from './filter.ts'
import { FilterField } from './filter-field.tsx'
import { countIn, Histogram } from './histogram.tsx'
import { Rows } from './rows.tsx'
import { forget, save, useSaved } from './saved.ts'

type Page = Answer<'GET /calls'>
const MINUTE = 60_000

/** Every call that ended, by any filter, over any time. */
export const Calls = () => {
  const say = useSay()
  const [view, setView] = useView()
  const { filter, span, chosen } = view
  // Once a minute is often enough for the end of what is shown; the event stream tells of calls in between.
  const minute = Math.floor(Date.now() / MINUTE)
  const range = useMemo(() => rangeOf(span, minute * MINUTE), [span, minute])
  const shape = useAnswer(
    'GET /calls/histogram',
    { query: { ...filter, ...range, buckets: BUCKETS } },
    { topics: ['calls'], keepsPrevious: true },
  )
  const { from, to } = { from: range.from, ...chosen }
  const asked = { ...filter, ...(from === undefined ? {} : { from }), ...(to === undefined || chosen === undefined ? {} : { to }) }
  const count = shape.data === undefined ? undefined : { ...countIn(shape.data, chosen), exact: shape.data.exact }
  return (
    <Stack>
      <PageHead
        lead={<Lead count={count} span={span} isChosen={chosen !== undefined} filter={filter} />}
        actions={<Exports asked={asked} count={count?.total} />}
      />
      <Card flush>
        <div className={style.tools}>
          <Segmented
            legend={say('calls.span')}
            choices={SPANS.map((value) => ({ value, label: say(`calls.span-${value}`) }))}
            value={span}
            onChange={(next) => setView({ span: next, chosen: undefined })}
          />
          <SavedViews view={view} onOpen={setView} />
        </div>
        <div className={style.time}>
          <Asked query={shape}>{(data) => <Histogram shape={data} chosen={chosen} onChoose={(next) => setView({ chosen: next })} />}</Asked>
        </div>
        <FilterField filter={filter} onFilter={(next) => setView({ filter: next })} />
        <Table asked={asked} filter={filter} onDrop={() => setView({ filter: {}, span: 'all', chosen: undefined })} />
      </Card>
      {shape.data?.since !== null && shape.data !== undefined && (
        <Note>{say('calls.since', { time: formatMoment(shape.data.since) })}</Note>
      )}
    </Stack>
  )
}

type Count = { readonly total: number; readonly refused: number; readonly exact: boolean }
const Lead = ({
  count,
  span,
  isChosen,
  filter,
}: {
  readonly count: Count | undefined
  readonly span: View['span']
  readonly isChosen: boolean
  readonly filter: Filter
}) => {
  const say = useSay()
  if (count === undefined) return <>{say('page.calls')}</>
  const values = { calls: count.total, refused: count.refused, when: say(isChosen ? 'calls.in-chosen' : `calls.in-${span}`) }
  if (writeText(filter) !== '') return <>{say(count.exact ? 'calls.lead-filtered' : 'calls.lead-about', values)}</>
  return <>{say(count.exact ? 'calls.lead' : 'calls.lead-about', values)}</>
}

const Exports = ({ asked, count }: { readonly asked: Readonly<Record<string, string | number>>; readonly count: number | undefined }) => {
  const say = useSay()
  const hrefOf = (form: 'csv' | 'jsonl'): string => urlOf('GET /calls/export', { query: { ...asked, form } })
  if (count === undefined || count === 0) return null
  return (
    <>
      <LinkButton href={hrefOf('csv')} icon={<Download />} download="calls.csv">
        {say('calls.export', { calls: count })}
      </LinkButton>
      <LinkButton href={hrefOf('jsonl')} kind="quiet" download="calls.jsonl">
        JSON Lines
      </LinkButton>
    </>
  )
}

const READY: readonly { readonly id: 'refused' | 'abroad' | 'slow' | 'unknown'; readonly filter: Filter }[] = [
  { id: 'refused', filter: { outcome: 'refused' } },
  { id: 'abroad', filter: { place: 'abroad' } },
  { id: 'unknown', filter: { place: 'unknown' } },
  { id: 'slow', filter: { slower: '10000' } },
]

const SavedViews = ({ view, onOpen }: { readonly view: View; readonly onOpen: (view: Partial<View>) => void }) => {
  const say = useSay()
  const saved = useSaved()
  const search = writeView(view)
  const name = writeText(view.filter)
  const isSaved = saved.some((each) => each.search === search)
  return (
    <div className={style.saved}>
      {READY.map(({ id, filter }) => (
        <Button key={id} kind="quiet" onClick={() => onOpen({ filter })} aria-pressed={writeText(filter) === name}>
          {say(`calls.ready-${id}`)}
        </Button>
      ))}
      {(saved.length > 0 || name !== '') && (
        <Menu
          label={say('calls.saved')}
          icon={<Bookmark />}
          kind="quiet"
          items={[
            ...(name === '' || isSaved ? [] : [{ id: 'save', label: say('calls.save'), onPick: () => save({ name, search }) }]),
            ...(isSaved ? [{ id: 'forget', label: say('calls.forget'), onPick: () => forget(name) }] : []),
            ...saved.map((each) => ({
              id: each.search,
              label: each.name,
              checked: each.search === search,
              onPick: () => onOpen(readView(each.search)),
            })),
          ]}
        />
      )}
    </div>
  )
}

const Table = ({
  asked,
  filter,
  onDrop,
}: {
  readonly asked: Readonly<Record<string, string | number>>
  readonly filter: Filter
  readonly onDrop: () => void
}) => {
  const say = useSay()
  const pages = useInfiniteQuery<Page, ApiFailure, { readonly pages: readonly Page[] }, readonly unknown[], number | undefined>({
    queryKey: ['GET /calls', 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      ask('GET /calls', { query: { ...asked, ...(pageParam === undefined ? {} : { before: pageParam }) } }, signal),
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
    meta: { topics: ['calls'] },
  })
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = pages
  const more = useCallback(() => {
    if (!isFetchingNextPage) fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  if (data === undefined)
    return error === null ? <p className={style.waiting}>—</p> : <NotAnswered failure={error} onRetry={() => pages.refetch()} />
  const rows = data.pages.flatMap((page) => page.rows)
  if (rows.length === 0 && !hasNextPage) return <Nothing filter={filter} onDrop={onDrop} />
  return (
    <>
      <Rows rows={rows} hasMore={hasNextPage} onMore={more} caption={say('calls.caption')} />
      <p className={style.foot} role="status">
        {say(hasNextPage ? 'calls.loaded-more' : 'calls.loaded-all', { count: rows.length, shown: formatNumber(rows.length) })}
      </p>
    </>
  )
}

const Nothing = ({ filter, onDrop }: { readonly filter: Filter; readonly onDrop: () => void }) => {
  const say = useSay()
  const text = writeText(filter)
  return (
    <Empty action={<Button onClick={onDrop}>{say('calls.look-wider')}</Button>}>
      {text === '' ? say('calls.none') : say('calls.none-filtered', { filter: text })}
    </Empty>
  )
}
