// The contract between the console and its exchange: each route once, with who may use it, what it takes and what it answers. The server, the
// typed client and the OpenAPI description are all made from it.
import { agreementRoutes } from './agreements.ts'
import { callRoutes } from './calls.ts'
import { chatRoutes } from './chat.ts'
import { cutRoutes } from './cuts.ts'
import { drillRoutes } from './drills.ts'
import { endpointRoutes } from './endpoints.ts'
import { exposureRoutes } from './exposure.ts'
import { factRoutes } from './facts.ts'
import { homeRoutes } from './home.ts'
import { incidentRoutes } from './incidents.ts'
import { keyRoutes } from './keys.ts'
import { mapRoutes } from './map.ts'
import { modelRoutes } from './models.ts'
import { peopleRoutes } from './people.ts'
import { policyRoutes } from './policy.ts'
import { proposalRoutes } from './proposals.ts'
import type { AnswerOf, Asked, Asking } from './route.ts'
import { sessionRoutes } from './session.ts'
import { settingsRoutes } from './settings.ts'
import { startRoutes } from './start.ts'

export const contract = {
  ...sessionRoutes,
  ...callRoutes,
  ...chatRoutes,
  ...startRoutes,
  ...cutRoutes,
  ...endpointRoutes,
  ...factRoutes,
  ...homeRoutes,
  ...incidentRoutes,
  ...agreementRoutes,
  ...keyRoutes,
  ...mapRoutes,
  ...modelRoutes,
  ...policyRoutes,
  ...proposalRoutes,
  ...peopleRoutes,
  ...drillRoutes,
  ...exposureRoutes,
  ...settingsRoutes,
}

export type Contract = typeof contract
export type RouteName = keyof Contract
export type Answer<Name extends RouteName> = AnswerOf<Contract[Name]>
export type Question<Name extends RouteName> = Asked<Contract[Name], Name>
export type Request<Name extends RouteName> = Asking<Contract[Name], Name>
