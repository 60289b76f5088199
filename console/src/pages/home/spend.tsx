import { Link } from 'wouter'
import { formatDay } from '../../format.ts'
import { Bar, Card, Money, Name } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { BudgetAnswer, HomeAnswer } from './types.ts'

const SHOWN = 4
const shareOf = ({ spent, reserved, limit }: BudgetAnswer): number => (limit === 0 ? 1 : (spent + reserved) / limit)

export const Spend = ({ spend: { today, month, budgets } }: { readonly spend: NonNullable<HomeAnswer['spend']> }) => {
  const say = useSay()
  const fullest = [...budgets].sort((one, other) => shareOf(other) - shareOf(one)).slice(0, SHOWN)
  return (
    <Card title={say('home.spend')} aside={<Link href="/keys">{say('home.budgets')}</Link>}>
      <p>
        <Sentence id="home.spent" parts={[<Money key="today" micros={today} />, <Money key="month" micros={month} />]} />
      </p>
      {budgets.length === 0 && <p className={style.quiet}>{say('home.no-budget')}</p>}
      <ul className={style.budgets}>
        {fullest.map((budget) => (
          <li key={`${budget.scope} ${budget.owner} ${budget.period}`}>
            <span className={style.owner}>
              <Name>{budget.owner}</Name>
              <span className={style.quiet}>
                {budget.ends === null ? say(`home.window-${budget.period}`) : say('home.ends', { day: formatDay(budget.ends) })}
              </span>
            </span>
            <Bar share={shareOf(budget)} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
