// Every page of the console: where it is, whose words it speaks, who may see it, and where its code is. The rail shows them in this order.
import {
  Boxes,
  FlaskConical,
  Handshake,
  House,
  KeyRound,
  List,
  type LucideIcon,
  Map as MapIcon,
  MessageSquare,
  Scale,
  Server,
  Settings2,
  Siren,
  Users,
} from 'lucide-react'
import { type ComponentType, lazy, useState } from 'react'
import type { Capability } from '../../src/http/console/contract/route.ts'
import type { WordId } from './words/ids.ts'
import { loadWords } from './words/words.tsx'

export type Page = {
  readonly path: string
  readonly title: WordId
  /** Where in the rail it stands; a page of details is in none. */
  readonly group?: 'top' | 'run' | 'own'
  readonly icon?: LucideIcon
  /** The letter that leads here after `g`. */
  readonly jump?: string
  /** Whether the phone’s bar of five holds it. */
  readonly onPhone?: boolean
  readonly may?: Capability
  readonly View: View
}
/** What a page shows. `warm` fetches it before it is shown; `here` is it, or what waits for it. */
type View = { readonly warm: () => Promise<unknown>; readonly here: () => ComponentType }

/** Words and code of a page arrive together. */
const page = (areas: readonly string[], load: () => Promise<ComponentType>): View => {
  let fetched: Promise<{ default: ComponentType }> | undefined
  let ready: ComponentType | undefined
  const warm = (): Promise<{ default: ComponentType }> => {
    fetched ??= Promise.all([load(), loadWords(...areas)]).then(([View]) => {
      ready = View
      return { default: View }
    })
    return fetched
  }
  const Later = lazy(warm)
  return { warm, here: () => ready ?? Later }
}

/** What is here is drawn at once. What React has to wait for it shows 300 ms later at the earliest, however soon it comes. */
export const Shown = ({ view }: { readonly view: View }) => {
  const [Chosen] = useState<ComponentType>(() => view.here())
  return <Chosen />
}

/** Top: Home, Map, Chat. Run: Calls, Endpoints, Models, Policy, Drills and exposure, Incidents. Own: Keys and tenants, Agreements, People, Settings. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    title: 'page.home',
    group: 'top',
    icon: House,
    jump: 'h',
    onPhone: true,
    View: page(['home', 'map'], async () => (await import('./pages/home/home.tsx')).Home),
  },
  {
    path: '/map',
    title: 'page.map',
    group: 'top',
    icon: MapIcon,
    jump: 'm',
    onPhone: true,
    may: 'look',
    View: page(['map'], async () => (await import('./pages/map/map.tsx')).MapPage),
  },
  {
    path: '/chat',
    title: 'page.chat',
    group: 'top',
    icon: MessageSquare,
    jump: 't',
    may: 'try',
    View: page(['chat'], async () => (await import('./pages/chat/chat.tsx')).Chat),
  },
  {
    path: '/calls',
    title: 'page.calls',
    group: 'run',
    icon: List,
    jump: 'c',
    onPhone: true,
    may: 'audit',
    View: page(['calls'], async () => (await import('./pages/calls/calls.tsx')).Calls),
  },
  {
    path: '/calls/:call',
    title: 'page.calls',
    may: 'audit',
    View: page(['call', 'receipt'], async () => (await import('./pages/call/call.tsx')).Call),
  },
  {
    path: '/endpoints',
    title: 'page.endpoints',
    group: 'run',
    icon: Server,
    jump: 'e',
    View: page(['endpoints'], async () => (await import('./pages/endpoints/endpoints.tsx')).Endpoints),
  },
  {
    path: '/endpoints/:name',
    title: 'page.endpoints',
    View: page(['endpoints', 'facts'], async () => (await import('./pages/endpoints/endpoint.tsx')).Endpoint),
  },
  {
    path: '/models',
    title: 'page.models',
    group: 'run',
    icon: Boxes,
    View: page(['models'], async () => (await import('./pages/models/models.tsx')).Models),
  },
  {
    path: '/models/*',
    title: 'page.models',
    View: page(['models', 'facts'], async () => (await import('./pages/models/model.tsx')).Model),
  },
  {
    path: '/policy',
    title: 'page.policy',
    group: 'run',
    icon: Scale,
    jump: 'p',
    may: 'look',
    onPhone: true,
    View: page(['policy'], async () => (await import('./pages/policy/policy.tsx')).Policy),
  },
  {
    path: '/drills',
    title: 'page.drills',
    group: 'run',
    icon: FlaskConical,
    jump: 'd',
    may: 'look',
    View: page(['drills', 'exposure'], async () => (await import('./pages/drills/drills.tsx')).Drills),
  },
  {
    path: '/drills/run/:id',
    title: 'page.drills',
    may: 'look',
    View: page(['drills', 'exposure'], async () => (await import('./pages/drills/run.tsx')).DrillRun),
  },
  {
    path: '/exposure',
    title: 'page.drills',
    may: 'look',
    View: page(['drills', 'exposure'], async () => (await import('./pages/exposure/exposure.tsx')).ExposurePage),
  },
  {
    path: '/incidents',
    title: 'page.incidents',
    group: 'run',
    icon: Siren,
    jump: 'i',
    may: 'audit',
    View: page(['home', 'incidents'], async () => (await import('./pages/incidents/incidents.tsx')).IncidentsPage),
  },
  {
    path: '/incidents/:entry',
    title: 'page.incidents',
    may: 'audit',
    View: page(['home', 'incidents'], async () => (await import('./pages/incidents/incident.tsx')).IncidentPage),
  },
  {
    path: '/keys',
    title: 'page.keys',
    group: 'own',
    icon: KeyRound,
    jump: 'k',
    may: 'audit',
    View: page(['keys'], async () => (await import('./pages/keys/keys.tsx')).Keys),
  },
  {
    path: '/agreements',
    title: 'page.agreements',
    group: 'own',
    icon: Handshake,
    jump: 'a',
    may: 'look',
    View: page(['agreements'], async () => (await import('./pages/agreements/agreements.tsx')).AgreementsPage),
  },
  {
    path: '/people',
    title: 'page.people',
    group: 'own',
    icon: Users,
    View: page(['people'], async () => (await import('./pages/people/people.tsx')).People),
  },
  {
    path: '/settings',
    title: 'page.settings',
    group: 'own',
    icon: Settings2,
    View: page(['settings'], async () => (await import('./pages/settings/settings.tsx')).SettingsPage),
  },
  {
    path: '/start',
    title: 'page.start',
    may: 'look',
    View: page(['start', 'call', 'receipt'], async () => (await import('./pages/start/start.tsx')).StartPage),
  },
]

/** Whoever has a receipt may check it: the one page that needs no account. */
export const VerifyPage = page(['receipt'], async () => (await import('./pages/verify/verify.tsx')).Verify)
