// The console of a running exchange: every handler, wired. Loaded when somebody first opens it, so that whoever never does pays nothing.
import { join } from 'node:path'
import { createConsole } from '../../http/console/application.ts'
import { readConsoleFiles } from '../../http/console/files.ts'
import type { Handlers } from '../../http/console/handlers.ts'
import { PROJECT } from '../paths.ts'
import { callHandlers } from './calls.ts'
import { cutHandlers } from './cuts.ts'
import { drillHandlers } from './drills.ts'
import { endpointHandlers } from './endpoints.ts'
import { exposureHandlers } from './exposure.ts'
import { ExposureBook } from './exposure-figures.ts'
import { factHandlers } from './facts.ts'
import type { ConsoleGround } from './ground.ts'
import { homeHandlers } from './home.ts'
import { mapHandlers } from './map.ts'
import { modelHandlers } from './models.ts'
import { watchNews } from './news.ts'
import { allianceOf } from './places.ts'
import { policyHandlers } from './policy.ts'
import { RunBook } from './run-book.ts'
import { openSessions } from './sessions.ts'

export const BUILT_CONSOLE = join(PROJECT, 'console', 'dist')

export const openConsole = (ground: ConsoleGround, onFault: (fault: unknown) => void): ReturnType<typeof createConsole> => {
  watchNews(ground)
  return createConsole({
    handlers: handlersOf(ground),
    sessions: openSessions(ground.exchange().random),
    findKey: (secret) => ground.exchange().store.administrators.find(secret),
    exchange: () => describeExchange(ground),
    files: readConsoleFiles(BUILT_CONSOLE),
    subscribe: ground.events.subscribe,
    onFault,
  })
}

const handlersOf = (
  ground: ConsoleGround,
  exposure = new ExposureBook(ground),
  runs = new RunBook(() => ground.exchange().paths),
): Handlers => ({
  ...callHandlers(ground),
  ...cutHandlers(ground), ...policyHandlers(ground),
  ...endpointHandlers(ground),
  ...factHandlers(ground),
  ...modelHandlers(ground),
  ...homeHandlers(ground, exposure),
  ...mapHandlers(ground, exposure),
  ...drillHandlers(ground, runs),
  ...exposureHandlers(ground, runs),
})

const describeExchange = ({ exchange, sandbox }: ConsoleGround) => {
  const { loaded, law } = exchange()
  const { configuration } = loaded
  const { name, operator, seat } = configuration.exchange
  const home = [...law.context.home]
  return {
    name,
    operator,
    seat,
    home,
    alliance: [...allianceOf({ law })],
    currency: configuration.currency,
    dataClasses: [...configuration.dataClasses],
    purposes: Object.keys(configuration.purposes),
    sandbox,
  }
}
