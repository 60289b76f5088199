import type { JsonObject } from '../core/json.ts'
import type { GatewayIncident } from '../gateway/ports.ts'

/** What becomes of an incident: a sentence for the operator, and the fields of its record. */
export type ToldIncident = { readonly sentence: string; readonly fields: JsonObject }

/** What an incident on the path of calls means, in words and for the log. Neither holds anything a caller said (G8). */
export const tellIncident = (incident: GatewayIncident): ToldIncident => {
  const { kind, call, endpoint } = incident
  const known = { what: kind, endpoint, call }
  switch (incident.kind) {
    case 'place-contradicted': {
      const { place, word } = incident
      return {
        sentence: `endpoint \`${endpoint}\` was asked to run call ${call} in \`${place}\` and says that it ran in \`${word}\`: it is cut until it is restored`,
        fields: { ...known, place, word },
      }
    }
    case 'cut-detected': {
      const { model, reason, attempts, lasted, status, substitute } = incident
      const next = substitute === undefined ? 'nobody else may answer in its place' : `\`${substitute}\` answers in its place`
      return {
        sentence: `endpoint \`${endpoint}/${model}\` is cut off (${reason.replaceAll('-', ' ')}, ${attempts} attempts in ${lasted} ms): ${next}`,
        fields: { ...known, model, reason, attempts, ms: lasted, status, substitute: substitute ?? null },
      }
    }
    case 'cut-ended':
      return {
        sentence: `endpoint \`${endpoint}/${incident.model}\` answers again`,
        fields: { ...known, model: incident.model },
      }
  }
}
