import { useSession } from '../../api/session.tsx'

type Seen = { readonly see: readonly string[]; readonly place: string | null }

/** Of those who could see it, the one that makes it what it is: beyond the alliance, else in it, else at home. */
export const useFarthest = (): ((call: Seen) => string | undefined) => {
  const { exchange } = useSession()
  const isHome = (country: string): boolean => exchange.home.includes(country)
  const isAlly = (country: string): boolean => exchange.alliance.includes(country)
  return ({ see, place }) => {
    if (place === 'abroad') return see.find((country) => country !== 'unknown' && !isHome(country) && !isAlly(country))
    return place === 'ally' ? see.find(isAlly) : place === 'home' ? see[0] : undefined
  }
}
