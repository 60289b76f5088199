import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAnswer } from '../../api/use.ts'
import { formatCountry } from '../../format.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Button, Card, type Column, Empty, PageHead, Place, SelectField, Table, TextField } from '../../ui/index.ts'
import type { WordId } from '../../words/ids.ts'
import { type Say, useSay } from '../../words/words.tsx'
import style from './models.module.css'
import { Verdict } from './verdict.tsx'

type Row = Answer<'GET /models'>['models'][number]
export type Asker = Answer<'GET /models'>['asker']
/** So many rows at first; the rest is there for whoever asks. */
const FIRST = 50
const FORMS = ['public-body', 'state-company', 'company', 'ngo', 'natural-person'] as const
const WEIGHTS = ['open', 'gated', 'closed', 'unknown'] as const
export const ASKER = { form: v.optional(v.picklist(FORMS)) }
const SEARCH = v.object({
  ...ASKER,
  q: v.optional(v.string(), ''),
  weights: v.optional(v.picklist(WEIGHTS)),
  served: v.optional(v.literal('1')),
  /** Every one of them, and not the first alone. */
  all: v.optional(v.literal('1')),
  sort: v.optional(v.string()),
})

/** Every model that is known of: whose it is, and what its licences let the owner do. */
export const Models = () => {
  const say = useSay()
  const [search, set] = useSearchOf(SEARCH)
  const query = useAnswer(
    'GET /models',
    { query: search.form === undefined ? {} : { form: search.form } },
    { topics: ['facts'], keepsPrevious: true },
  )
  const rows = query.data?.models ?? []
  const text = search.q.toLowerCase()
  const shown = rows.filter(
    ({ id, developer, weights, servedBy }) =>
      `${id} ${developer}`.toLowerCase().includes(text) &&
      (search.weights === undefined || search.weights === weights) &&
      (search.served === undefined || servedBy.length > 0),
  )
  // In another order the first of all would not be the first of these.
  const isWhole = search.all !== undefined || search.sort !== undefined || shown.length <= FIRST
  const usable = rows.filter(({ may }) => may['serve-public'] === 'yes').length
  return (
    <>
      <PageHead
        lead={query.data === undefined ? say('page.models') : say('models.lead', { count: rows.length, usable })}
        support={
          query.data !== undefined && (
            <AskerSentence asker={query.data.asker} onChange={(form) => set({ form: FORMS.find((each) => each === form) })} />
          )
        }
      />
      <Asked query={query}>
        {({ actions }) => (
          <Card
            flush
            title={say('models.all', { count: shown.length })}
            aside={
              <div className={style.filters}>
                <TextField
                  label={say('models.filter')}
                  labelHidden
                  type="search"
                  placeholder={say('models.filter')}
                  value={search.q}
                  onChange={({ target }) => set({ q: target.value }, { replace: true })}
                />
                <SelectField
                  label={say('models.weights')}
                  labelHidden
                  value={search.weights ?? ''}
                  onChange={({ target }) => set({ weights: WEIGHTS.find((each) => each === target.value) }, { replace: true })}
                  options={[
                    { value: '', label: say('models.any-weights') },
                    ...WEIGHTS.map((value) => ({ value, label: say(`weights.${value}`) })),
                  ]}
                />
                <Button
                  aria-pressed={search.served !== undefined}
                  onClick={() => set({ served: search.served === undefined ? '1' : undefined })}
                >
                  {say('models.served-here')}
                </Button>
              </div>
            }
          >
            <Table
              caption={say('page.models')}
              columns={columnsOf(say, actions)}
              rows={isWhole ? shown : [...shown].sort((one, other) => other.servedBy.length - one.servedBy.length).slice(0, FIRST)}
              keyOf={({ id }) => id}
              href={({ id }) => `/models/${id}`}
              sortIn="sort"
              sortedBy={{ by: 'here', down: true }}
              empty={
                <Empty
                  action={
                    <Button onClick={() => set({ q: '', weights: undefined, served: undefined })}>{say('models.drop-filter')}</Button>
                  }
                >
                  {say('models.none')}
                </Empty>
              }
            />
            {!isWhole && (
              <p className={style.rest}>
                <Button onClick={() => set({ all: '1' })}>{say('models.show-all', { count: shown.length })}</Button>
              </p>
            )}
          </Card>
        )}
      </Asked>
    </>
  )
}

/** For whom the licences are read; what the owner is before the law is asked where the configuration does not say. */
export const AskerSentence = ({
  asker: { seat, form, forms },
  onChange,
}: {
  readonly asker: Asker
  readonly onChange: (form: string) => void
}) => {
  const say = useSay()
  return (
    <span className={style.asker}>
      {say('models.asker', { seat: formatCountry(seat) })}
      <SelectField
        label={say('models.form')}
        labelHidden
        value={form}
        onChange={({ target }) => onChange(target.value)}
        options={forms.map((value) => ({ value, label: say(`form.${value}` as WordId) }))}
      />
    </span>
  )
}

const columnsOf = (say: Say, actions: readonly string[]): readonly Column<Row>[] => [
  { id: 'id', head: say('models.model'), sort: ({ id }) => id, cell: ({ id }) => <bdi className={style.id}>{id}</bdi> },
  {
    id: 'from',
    head: say('models.from'),
    sort: ({ country }) => country,
    cell: ({ country }) => <Place country={country} form="bare" word={false} />,
  },
  {
    id: 'weights',
    head: say('models.weights'),
    sort: ({ weights }) => WEIGHTS.indexOf(weights),
    cell: ({ weights }) => say(`weights.${weights}`),
  },
  {
    id: 'licences',
    head: say('models.licence'),
    wideOnly: true,
    sort: ({ licences }) => licences.join(),
    cell: ({ licences }) => <bdi className={style.id}>{licences.join(', ')}</bdi>,
  },
  ...actions.map(
    (action): Column<Row> => ({
      id: action,
      head: say(`act.${action}` as WordId),
      sort: ({ may }) => may[action] ?? '',
      cell: ({ may }) => <Verdict verdict={may[action] ?? 'unknown'} />,
    }),
  ),
  {
    id: 'here',
    head: say('models.here'),
    sort: ({ servedBy }) => servedBy.length,
    cell: ({ servedBy }) => (servedBy.length === 0 ? '—' : <bdi>{servedBy.join(', ')}</bdi>),
  },
]
