import * as v from 'valibot'
import { useMay, useSession } from '../../api/session.tsx'
import { useAnswer } from '../../api/use.ts'
import { compareTexts, formatCountry } from '../../format.ts'
import { PLACES } from '../../places.ts'
import { useSearchOf } from '../../search.ts'
import {
  Asked,
  Badge,
  Bar,
  Button,
  Card,
  type Column,
  Empty,
  Money,
  PageHead,
  Percent,
  Powers,
  SelectField,
  Table,
  TextField,
} from '../../ui/index.ts'
import { type Say, useSay } from '../../words/words.tsx'
import { AddEndpoint } from './add-endpoint.tsx'
import style from './endpoints.module.css'
import { type EndpointRow, powersOf, Turn } from './names.tsx'
import { Places, Took } from './parts.tsx'

const SEARCH = v.object({
  q: v.optional(v.string(), ''),
  place: v.optional(v.picklist(PLACES)),
  stop: v.optional(v.string(), ''),
  add: v.optional(v.literal('1')),
})
const LIVE = { topics: ['cuts', 'calls', 'facts', 'health'], keepsPrevious: true }

/** Everything that answers calls: where it is, who holds power over it, and how it is. */
export const Endpoints = () => {
  const say = useSay()
  const [search, setSearch] = useSearchOf(SEARCH)
  const mayAdd = useMay('operate')
  const query = useAnswer('GET /endpoints', { query: {} }, LIVE)
  const { home } = useSession().exchange
  const rows = query.data?.endpoints ?? []
  const free = rows.filter(({ powers: { stop } }) => !stop.unknown && stop.countries.every((country) => home.includes(country))).length
  const shown = rows.filter((row) => fits(row, search))
  return (
    <>
      <PageHead
        lead={query.data === undefined ? say('page.endpoints') : say('endpoints.lead', { count: rows.length, free })}
        support={say('endpoints.support')}
        actions={
          mayAdd && (
            <Button kind="primary" onClick={() => setSearch({ add: '1' })}>
              {say('endpoints.add')}
            </Button>
          )
        }
      />
      <Asked query={query} isEmpty={({ endpoints }) => endpoints.length === 0} empty={<Empty>{say('endpoints.none')}</Empty>}>
        {() => (
          <Card
            flush
            title={say('endpoints.all')}
            aside={<Filters rows={rows} search={search} onChange={(patch) => setSearch(patch, { replace: true })} />}
          >
            <Table
              caption={say('endpoints.all')}
              columns={columnsOf(say)}
              rows={shown}
              keyOf={({ name }) => name}
              href={({ name }) => `/endpoints/${encodeURIComponent(name)}`}
              sortIn="sort"
              sortedBy={{ by: 'share', down: true }}
              empty={
                <Empty
                  action={<Button onClick={() => setSearch({ q: '', place: undefined, stop: '' })}>{say('endpoints.drop-filter')}</Button>}
                >
                  {say('endpoints.none-fits')}
                </Empty>
              }
            />
          </Card>
        )}
      </Asked>
      {mayAdd && search.add !== undefined && (
        <AddEndpoint taken={rows.map(({ name }) => name)} onClose={() => setSearch({ add: undefined })} />
      )}
    </>
  )
}

type Search = v.InferOutput<typeof SEARCH>
const fits = ({ name, models, aliases, class: place, powers }: EndpointRow, search: Search): boolean => {
  const text = search.q.toLowerCase()
  return (
    [name, ...models, ...aliases].some((each) => each.toLowerCase().includes(text)) &&
    (search.place === undefined || search.place === place) &&
    (search.stop === '' || (search.stop === 'unknown' ? powers.stop.unknown : powers.stop.countries.includes(search.stop)))
  )
}

const Filters = ({
  rows,
  search,
  onChange,
}: {
  readonly rows: readonly EndpointRow[]
  readonly search: Search
  readonly onChange: (patch: Partial<Search>) => void
}) => {
  const say = useSay()
  const stoppers = [...new Set(rows.flatMap(({ powers }) => powers.stop.countries))]
  const anyUnknown = rows.some(({ powers }) => powers.stop.unknown)
  return (
    <div className={style.filters}>
      <TextField
        label={say('endpoints.filter')}
        labelHidden
        type="search"
        placeholder={say('endpoints.filter')}
        value={search.q}
        onChange={({ target }) => onChange({ q: target.value })}
      />
      <SelectField
        label={say('endpoints.place')}
        labelHidden
        value={search.place ?? ''}
        onChange={({ target }) => onChange({ place: PLACES.find((place) => place === target.value) })}
        options={[{ value: '', label: say('endpoints.all-places') }, ...PLACES.map((value) => ({ value, label: say(`place.${value}`) }))]}
      />
      <SelectField
        label={say('endpoints.stoppable-by')}
        labelHidden
        value={search.stop}
        onChange={({ target }) => onChange({ stop: target.value })}
        options={[
          { value: '', label: say('endpoints.stoppable-by') },
          ...stoppers.map((value) => ({ value, label: formatCountry(value) })).sort((one, other) => compareTexts(one.label, other.label)),
          ...(anyUnknown ? [{ value: 'unknown', label: say('place.unknown') }] : []),
        ]}
      />
    </div>
  )
}

const columnsOf = (say: Say): readonly Column<EndpointRow>[] => [
  {
    id: 'name',
    head: say('endpoints.name'),
    sort: ({ name }) => name,
    cell: ({ name, simulated, cut }) => (
      <span className={style.name}>
        <bdi>{name}</bdi>
        {simulated && <Badge dashed>{say('endpoints.simulated')}</Badge>}
        {cut !== null && <Badge>{say('endpoints.turn.cut')}</Badge>}
      </span>
    ),
  },
  {
    id: 'place',
    head: say('endpoints.place'),
    sort: ({ class: place }) => PLACES.indexOf(place),
    cell: ({ places }) => <Places places={places} />,
  },
  { id: 'powers', head: say('endpoints.powers'), cell: ({ powers }) => <Powers {...powersOf(powers)} /> },
  {
    id: 'models',
    head: say('endpoints.models'),
    numeric: true,
    wideOnly: true,
    sort: ({ models }) => models.length,
    cell: ({ models }) => models.length,
  },
  {
    id: 'share',
    head: say('endpoints.share'),
    numeric: true,
    sort: ({ share }) => share ?? -1,
    cell: ({ share }) => (share === null ? '—' : <Bar share={share} />),
  },
  { id: 'turn', head: say('endpoints.turn'), sort: ({ health }) => health.turn, cell: ({ health }) => <Turn turn={health.turn} /> },
  {
    id: 'took',
    head: say('endpoints.took'),
    numeric: true,
    wideOnly: true,
    sort: ({ took }) => took.p50Ms ?? took.meanMs ?? -1,
    cell: ({ took }) => <Took took={took} />,
  },
  {
    id: 'failed',
    head: say('endpoints.failed'),
    numeric: true,
    wideOnly: true,
    sort: ({ calls, failed }) => (calls === 0 ? -1 : failed / calls),
    cell: ({ calls, failed }) => <Percent share={calls === 0 ? undefined : failed / calls} />,
  },
  {
    id: 'spend',
    head: say('endpoints.spend'),
    numeric: true,
    wideOnly: true,
    sort: ({ spend }) => spend,
    cell: ({ spend }) => <Money micros={spend} />,
  },
]
