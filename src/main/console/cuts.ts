import type { Handlers } from '../../http/console/handlers.ts'
import type { ConsoleGround } from './ground.ts'
import { operated } from './operated.ts'

/** Cuts, and what waits for a second person. */
export const cutHandlers = (
  ground: Pick<ConsoleGround, 'operate'>,
): Pick<Handlers, 'GET /cuts' | 'POST /cuts' | 'DELETE /cuts/{subject}' | 'GET /proposals' | 'POST /proposals/{id}/approval'> => ({
  'GET /cuts': (_asked, who) => operated(ground, 'cut/list', {}, who),
  'POST /cuts': ({ body }, who) => operated(ground, 'cut', body, who),
  'DELETE /cuts/{subject}': ({ path: { subject }, query: { reason, breakGlass } }, who) =>
    operated(ground, 'restore', { subject, reason, ...(breakGlass === undefined ? {} : { breakGlass: breakGlass === 'true' }) }, who),
  'GET /proposals': (_asked, who) => operated(ground, 'proposal/list', {}, who),
  'POST /proposals/{id}/approval': ({ path: { id } }, who) =>
    operated(ground, 'proposal/approve', { proposal: /^\d{1,15}$/.test(id) ? Number(id) : id }, who),
})
