import { Fragment } from 'react'
import { formatList } from '../../format.ts'
import { Card, PlaceShape, SelectField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { type Cell, type CellName, type Policy, placesIn } from './matrix.ts'
import style from './policy.module.css'
import type { View } from './policy.tsx'

/** Data class by purpose: each cell has the shapes of the places its data may go to, and opens what decides it. */
export const MatrixCard = ({
  policy,
  looked,
  look,
  application,
  cells,
  onPoint,
}: View & { readonly application: string; readonly cells: readonly Cell[]; readonly onPoint: Point }) => {
  const say = useSay()
  const marked = (cell: Cell): boolean => looked.rule !== undefined && cell.decided.some(({ by }) => by.includes(looked.rule ?? ''))
  return (
    <Card title={say('policy.matrix')}>
      <div className={style.choose}>
        <SelectField
          label={say('policy.application')}
          value={application}
          options={policy.callers.map(({ name }) => ({ value: name, label: name }))}
          onChange={({ target }) => look({ application: target.value, class: undefined, purpose: undefined })}
        />
        <SelectField
          label={say('policy.alias')}
          value={looked.alias ?? ''}
          options={[{ value: '', label: say('policy.any-alias') }, ...aliasesOf(policy, application)]}
          onChange={({ target }) => look({ alias: target.value })}
        />
      </div>
      <Matrix
        dataClasses={policy.dataClasses}
        cells={cells}
        marked={marked}
        isChosen={(cell) => cell.dataClass === looked.class && cell.purpose === looked.purpose}
        titleOf={(cell) => titleOf(policy, cell)}
        onPoint={onPoint}
        onChoose={({ dataClass, purpose }) => look({ class: dataClass, purpose, rule: undefined })}
      />
      <p className={style.help}>{say('policy.matrix-help')}</p>
      <Legend />
    </Card>
  )
}

export const aliasesOf = ({ aliases, callers }: Policy, application: string) => {
  const own = callers.find(({ name }) => name === application)?.aliases
  return aliases.filter(({ name }) => own === null || own?.includes(name) === true).map(({ name }) => ({ value: name, label: name }))
}

/** Each deciding rule with its sentence: what a cell says when pointed at. */
const titleOf = ({ rules }: Policy, { decided }: Cell): string => {
  const ids = new Set(decided.flatMap(({ by }) => by))
  return rules.flatMap(({ id, reason }) => (ids.has(id) ? [`${id}: ${reason}`] : [])).join('\n')
}

/** Told which cell is under the pointer or has focus. */
type Point = (cell: Cell | undefined) => void
type MatrixProps = {
  readonly onPoint: Point
  readonly dataClasses: readonly string[]
  readonly cells: readonly Cell[]
  readonly marked: (cell: Cell) => boolean
  readonly isChosen: (cell: Cell) => boolean
  readonly titleOf: (cell: Cell) => string
  readonly onChoose: (cell: CellName) => void
}

const Matrix = ({ dataClasses, cells, marked, isChosen, titleOf: titled, onPoint, onChoose }: MatrixProps) => {
  const say = useSay()
  const purposes = [...new Set(cells.map(({ purpose }) => purpose))].sort()
  return (
    // What scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus
    <section className={style.scroll} tabIndex={0} aria-label={say('policy.matrix')}>
      <table className={style.matrix}>
        <caption className="visually-hidden">{say('policy.matrix')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('policy.data-class')}</th>
            {purposes.map((purpose) => (
              <th key={purpose} scope="col">
                <bdi>{purpose}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dataClasses.map((dataClass) => (
            <tr key={dataClass}>
              <th scope="row">
                <bdi>{dataClass}</bdi>
              </th>
              {purposes.map((purpose) => {
                const cell = cells.find((each) => each.dataClass === dataClass && each.purpose === purpose)
                return (
                  <td key={purpose} data-purpose={purpose}>
                    {cell === undefined ? (
                      <span className={style.never}>{say('policy.never')}</span>
                    ) : (
                      <CellButton
                        cell={cell}
                        marked={marked(cell)}
                        chosen={isChosen(cell)}
                        title={titled(cell)}
                        onPoint={onPoint}
                        onChoose={() => onChoose(cell)}
                      />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const CellButton = ({
  cell,
  marked,
  chosen,
  title,
  onPoint,
  onChoose,
}: {
  readonly cell: Cell
  readonly marked: boolean
  readonly chosen: boolean
  readonly title: string
  readonly onPoint: Point
  readonly onChoose: () => void
}) => {
  const say = useSay()
  const places = placesIn(cell)
  const words = places.length === 0 ? say('policy.nowhere') : formatList(places.map((place) => say(`place.${place}`)))
  return (
    <button
      type="button"
      className={`${style.cell} ${marked ? style.marked : ''}`}
      aria-pressed={chosen}
      title={title}
      data-cell={`${cell.dataClass} ${cell.purpose}`}
      data-permitted={cell.decided.flatMap(({ permit, endpoint, model }) => (permit ? [`${endpoint}/${model}`] : [])).join(' ')}
      onPointerEnter={() => onPoint(cell)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(cell)}
      onBlur={() => onPoint(undefined)}
      onClick={onChoose}
    >
      <span className="visually-hidden">
        {cell.dataClass}, {cell.purpose}: {words}
      </span>
      {places.length === 0 ? <span aria-hidden="true">—</span> : places.map((place) => <PlaceShape key={place} place={place} size={14} />)}
    </button>
  )
}

const Legend = () => {
  const say = useSay()
  return (
    <p className={style.legend}>
      {(['home', 'ally', 'abroad', 'unknown'] as const).map((place) => (
        <Fragment key={place}>
          <span className={style.sign}>
            <PlaceShape place={place} /> {say(`place.${place}`)}
          </span>
        </Fragment>
      ))}
    </p>
  )
}
