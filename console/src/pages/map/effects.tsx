import { useMemo } from 'react'
import { useSession } from '../../api/session.tsx'
import { formatDuration, formatMoney, formatNumber } from '../../format.ts'
import { usePlaceOf } from '../../places.ts'
import { Card } from '../../ui/card.tsx'
import { PlaceShape } from '../../ui/place.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { useSay } from '../../words/words.tsx'
import style from './map.module.css'
import type { Effect, WhatIf } from './verdict.tsx'

/** What becomes of an alias and its classes of data, those alike together. */
type Row = Omit<Effect, 'dataClass'> & { readonly dataClasses: readonly string[] }
const together = (effects: readonly Effect[]): readonly Row[] =>
  [...Map.groupBy(effects, ({ kind, alias, from, to }) => [kind, alias, from, to].join(' ')).values()].flatMap((all) => {
    const [first] = all
    if (first === undefined) return []
    const { dataClass: _, ...rest } = first
    const costs = all.flatMap(({ cost }) => cost ?? [])
    const after = costs.flatMap((cost) => cost.after ?? [])
    return [
      {
        ...rest,
        dataClasses: all.map(({ dataClass }) => dataClass),
        amount: sum(all.map(({ amount }) => amount)),
        cost: costs.length === 0 ? null : { before: sum(costs.map(({ before }) => before)), after: after.length === 0 ? null : sum(after) },
      },
    ]
  })
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Every alias with every class of data: where it goes, and what changes with that. */
export const EffectsTable = ({ whatIf }: { readonly whatIf: WhatIf }) => {
  const say = useSay()
  const { exchange } = useSession()
  const rows = useMemo(() => together(whatIf.effects), [whatIf])
  const routes = new Map(whatIf.routes.map((route) => [route.name, route]))
  const pair = (before: string | undefined, after: string | undefined): string =>
    before === undefined && after === undefined
      ? '—'
      : before === after
        ? (before ?? '—')
        : say('map.change', { before: before ?? '—', after: after ?? '—' })
  const cost = ({ cost, from, to }: Row): string => {
    const money = (micros: number | undefined | null): string | undefined =>
      micros === undefined || micros === null ? undefined : formatMoney(micros, exchange.currency)
    if (cost !== null) return pair(money(cost.before), money(cost.after))
    return pair(money(routes.get(from)?.price.output), to === null ? undefined : money(routes.get(to)?.price.output))
  }
  const seen = (effect: Row, of: 'firstTokenMs' | 'quality', format: (value: number) => string): string => {
    const at = (name: string | null): string | undefined => {
      const value = name === null ? null : (routes.get(name)?.[of] ?? null)
      return value === null ? undefined : format(value)
    }
    return pair(at(effect.from), at(effect.to))
  }
  const isMeasured = (of: 'firstTokenMs' | 'quality'): boolean => whatIf.routes.some((route) => route[of] !== null)
  // What nobody has measured has no column.
  const measured: readonly Column<Row>[] = [
    ...(isMeasured('firstTokenMs')
      ? [
          {
            id: 'first',
            head: say('map.first-token'),
            cell: (row: Row) => seen(row, 'firstTokenMs', formatDuration),
            numeric: true,
            wideOnly: true,
          },
        ]
      : []),
    ...(isMeasured('quality')
      ? [{ id: 'quality', head: say('map.quality'), cell: (row: Row) => seen(row, 'quality', formatNumber), numeric: true, wideOnly: true }]
      : []),
  ]
  const columns: readonly Column<Row>[] = [
    { id: 'alias', head: say('map.alias'), cell: ({ alias }) => <bdi>{alias}</bdi>, sort: ({ alias }) => alias },
    {
      id: 'class',
      head: say('map.data'),
      cell: ({ dataClasses }) => <bdi>{dataClasses.join(', ')}</bdi>,
      sort: ({ dataClasses }) => exchange.dataClasses.indexOf(dataClasses[0] ?? ''),
    },
    {
      id: 'kind',
      head: say('map.outcome'),
      cell: (effect) => <Outcome effect={effect} />,
      sort: ({ kind }) => ['refused', 'moves', 'doubtful', 'stays'].indexOf(kind),
    },
    { id: 'to', head: say('map.answered-by'), cell: (effect) => <Route name={effect.to} whatIf={whatIf} />, sort: ({ to }) => to ?? '' },
    {
      id: 'amount',
      head: say(whatIf.counts === 'calls' ? 'map.calls' : 'map.questions'),
      cell: ({ amount }) => formatNumber(amount),
      sort: ({ amount }) => amount,
      numeric: true,
    },
    {
      id: 'cost',
      head: say(whatIf.counts === 'calls' ? 'map.cost' : 'map.price'),
      cell: (row) => <span className={style.pair}>{cost(row)}</span>,
      numeric: true,
      wideOnly: true,
    },
    ...measured,
  ]
  return (
    <Card flush title={say('map.effects')}>
      <Table
        caption={say('map.effects-caption')}
        columns={columns}
        rows={rows}
        keyOf={({ kind, alias, from, to }) => [kind, alias, from, to].join(' ')}
        sortedBy={{ by: 'kind', down: false }}
        empty={say('map.no-demand')}
      />
    </Card>
  )
}

const Outcome = ({ effect: { kind } }: { readonly effect: Pick<Effect, 'kind'> }) => (
  <span className={style[`is-${kind}`]}>{useSay()(`map.outcome.${kind}`)}</span>
)

const Route = ({ name, whatIf }: { readonly name: string | null; readonly whatIf: WhatIf }) => {
  const placeOf = usePlaceOf()
  if (name === null) return <>—</>
  const country = whatIf.routes.find((route) => route.name === name)?.country ?? undefined
  return (
    <span className={style.country}>
      <PlaceShape place={placeOf(country)} />
      <bdi>{name}</bdi>
    </span>
  )
}
