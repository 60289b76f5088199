import { useAnswer } from '../../api/use.ts'
import { formatCountry, formatNumber } from '../../format.ts'
import { Disclosure, Name, Note, Place, PlaceShape } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './chat.module.css'
import type { Choice } from './conversation.ts'

const usePlan = (choice: Choice) =>
  useAnswer('POST /chat/plan', { body: choice }, { topics: ['policy', 'facts', 'cuts'], keepsPrevious: true })

/** The words of the button that sends: where the question goes. */
export const SendsTo = ({
  choice,
  lanes,
  hidden,
}: {
  readonly choice: Choice
  readonly lanes: readonly string[]
  readonly hidden: boolean
}) => {
  const say = useSay()
  const { data: plan } = usePlan(choice)
  if (lanes.length > 1 && hidden) return <>{say('chat.send-hidden', { count: formatNumber(lanes.length) })}</>
  const all = [...(plan?.steps ?? []), ...(plan?.refused ?? [])]
  const targets = lanes.length === 0 ? plan?.steps.slice(0, 1) : all.filter(({ endpoint, model }) => lanes.includes(`${endpoint}/${model}`))
  return (
    <span className={style.sends}>
      {say('chat.send')}
      {targets?.map(({ endpoint, model, place, country }) => (
        <span key={`${endpoint}/${model}`} className={style.sends}>
          <PlaceShape place={place} />
          {country === null ? say('place.unknown') : formatCountry(country)}
        </span>
      ))}
    </span>
  )
}

/** Who refuses this, and what would make it possible; nothing where somebody may answer. */
export const NobodyMay = ({ choice, lanes }: { readonly choice: Choice; readonly lanes: readonly string[] }) => {
  const say = useSay()
  const { data: plan } = usePlan(choice)
  if (plan === undefined) return null
  const chosen = plan.refused.filter(({ endpoint, model }) => lanes.length === 0 || lanes.includes(`${endpoint}/${model}`))
  if (chosen.length === 0) return null
  const list = (
    <ul className={style.refusals}>
      {chosen.map(({ endpoint, model, country, reasons, possible }) => (
        <li key={`${endpoint}/${model}`}>
          <Place country={country ?? undefined} form="bare" /> <Name code>{`${endpoint}/${model}`}</Name>
          {reasons.map((reason) => (
            <p key={reason}>
              <bdi>{reason}</bdi>
            </p>
          ))}
          {possible.length > 0 && (
            <p>
              {say('chat.possible')} <bdi>{possible.join('; ')}</bdi>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
  if (plan.steps.length === 0) return <Note title={say('chat.refused-by-all')}>{list}</Note>
  return <Disclosure summary={say('chat.refused-by', { count: chosen.length })}>{list}</Disclosure>
}
