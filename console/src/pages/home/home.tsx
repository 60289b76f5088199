import { useSession } from '../../api/session.tsx'
import { useSay } from '../../words/words.tsx'

export const Home = () => {
  const say = useSay()
  const { exchange } = useSession()
  return <h1>{say('home.title', { operator: exchange.operator })}</h1>
}
