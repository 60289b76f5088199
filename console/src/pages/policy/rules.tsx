import { formatNumber } from '../../format.ts'
import { Card, Disclosure, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Policy, Rule } from './matrix.ts'
import style from './policy.module.css'
import type { SetPolicySearch } from './policy.tsx'

/** Every rule in one line: choosing one marks its text and the cells it decides. */
export const RulesCard = ({
  policy,
  chosen,
  look,
}: {
  readonly policy: Policy
  readonly chosen: string | undefined
  readonly look: SetPolicySearch
}) => {
  const say = useSay()
  return (
    <Card flush title={say('policy.rules')} aside={say(policy.passes ? 'policy.passes' : 'policy.fails')}>
      <Table
        caption={say('policy.rules')}
        rows={policy.rules}
        keyOf={({ id }) => id}
        isChosen={({ id }) => id === chosen}
        columns={[
          { id: 'id', head: say('policy.rule'), cell: (rule) => <RuleButton rule={rule} chosen={rule.id === chosen} look={look} /> },
          { id: 'effect', head: say('policy.effect'), cell: ({ effect }) => say(`policy.effect-${effect}`) },
          { id: 'says', head: say('policy.says'), cell: (rule) => <Says rule={rule} /> },
          {
            id: 'decides',
            wideOnly: true,
            head: say('policy.decides'),
            numeric: true,
            sort: ({ decides }) => decides,
            cell: ({ decides }) => formatNumber(decides),
          },
        ]}
      />
      {policy.warnings.length > 0 && (
        <div className={style.below}>
          <Disclosure summary={say('policy.warnings', { count: policy.warnings.length })}>
            <ul className={style.findings}>
              {policy.warnings.map(({ message }) => (
                <li key={message}>
                  <bdi>{message}</bdi>
                </li>
              ))}
            </ul>
          </Disclosure>
        </div>
      )}
    </Card>
  )
}

const RuleButton = ({ rule: { id }, chosen, look }: { readonly rule: Rule; readonly chosen: boolean; readonly look: SetPolicySearch }) => (
  <button
    type="button"
    className={style.rule}
    aria-pressed={chosen}
    onClick={() => look({ rule: chosen ? undefined : id, class: undefined, purpose: undefined })}
  >
    {id}
  </button>
)

const Says = ({ rule: { reason, law } }: { readonly rule: Rule }) => (
  <>
    <bdi>{reason}</bdi>
    {law !== undefined && (
      <span className={style.law}>
        {' '}
        <bdi>{law}</bdi>
      </span>
    )}
  </>
)
