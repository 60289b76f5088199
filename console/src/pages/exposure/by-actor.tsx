import { formatPercent } from '../../format.ts'
import { Bar, Card, type Column, Empty, POWERS, type Power, Segmented, Stack, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Actor, sayActors } from '../drills/names.tsx'
import style from './exposure.module.css'
import { Paths } from './paths.tsx'
import type { ActorExposure, Exposure } from './types.ts'

type Props = {
  readonly exposure: Exposure
  readonly power: Power
  readonly chosen: string | undefined
  readonly onPower: (power: Power) => void
  readonly onChoose: (actor: string | undefined) => void
}

const keyOf = ({ actors }: ActorExposure): string => actors.join()
const shareOf = ({ part, whole }: { readonly part: number; readonly whole: number }): number => (whole === 0 ? 0 : part / whole)

/** Each actor outside with what it could do, sorted by the power that is asked for. */
export const ByActor = ({ exposure, power, chosen, onPower, onChoose }: Props) => {
  const say = useSay()
  const rows = exposure.actors
    .filter((each) => POWERS.some((one) => each.powers[one].routes.length > 0))
    .toSorted(
      (a, b) =>
        shareOf(b.powers[power].calls) - shareOf(a.powers[power].calls) || b.powers[power].routes.length - a.powers[power].routes.length,
    )
  const open = rows.find((row) => keyOf(row) === chosen) ?? rows[0]
  return (
    <Stack>
      <Card
        title={say('exposure.by-actor')}
        aside={
          <Segmented
            legend={say('exposure.which-power')}
            choices={POWERS.map((value) => ({ value, label: say(`power.${value}`) }))}
            value={power}
            onChange={onPower}
          />
        }
        flush
      >
        <Table
          caption={say('exposure.by-actor')}
          rows={rows}
          keyOf={keyOf}
          columns={columnsOf(say, power, onChoose)}
          isChosen={(row) => open !== undefined && keyOf(row) === keyOf(open)}
          empty={<Empty>{say('exposure.nobody')}</Empty>}
        />
      </Card>
      {open !== undefined && (
        <Card title={sayActors(say, open.actors)}>
          <Paths exposure={exposure} actors={open.actors} power={power} />
        </Card>
      )}
    </Stack>
  )
}

const columnsOf = (say: ReturnType<typeof useSay>, asked: Power, onChoose: (actor: string) => void): readonly Column<ActorExposure>[] => [
  {
    id: 'actor',
    head: say('exposure.actor'),
    cell: (row) => (
      <button type="button" className={style.open} onClick={() => onChoose(keyOf(row))}>
        <Actor actor={row.actors[0] ?? ''} />
        {row.actors.length > 1 && <span className={style.quiet}>{say('exposure.and-more', { count: row.actors.length - 1 })}</span>}
      </button>
    ),
  },
  ...POWERS.map(
    (power): Column<ActorExposure> => ({
      id: power,
      head: say(`power.${power}`),
      wideOnly: power !== asked,
      cell: ({ powers }) => {
        const { routes, calls, aliases } = powers[power]
        if (routes.length === 0) return '—'
        const share = calls.whole === 0 ? undefined : calls.part / calls.whole
        return share === undefined ? (
          say('exposure.of-aliases', { part: aliases.part, whole: aliases.whole })
        ) : (
          <Bar share={share} label={formatPercent(share)} tone={power === asked ? 'exposure' : 'ink'} />
        )
      },
    }),
  ),
  {
    id: 'alone',
    head: say('exposure.ends-alone'),
    numeric: true,
    cell: ({ alone: { demands } }) => (demands.part === 0 ? '—' : say('exposure.kinds-of', { part: demands.part, whole: demands.whole })),
  },
]
