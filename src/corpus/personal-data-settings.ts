// Apart from the block, for a declaration is checked without loading what the block finds with.
import { z } from 'zod'

export const personalDataSettings = z.strictObject({
  /** Classes to look for, or beginnings of them with `*`; all where it is absent. */
  classes: z.array(z.string().min(1)).optional(),
  /** Findings that are less likely are left out: 0 to 1; as likely as not, and a bit, where it is absent. */
  minimum: z.number().min(0).max(1).optional(),
  /** `titled`: names behind a title or form of address. */
  names: z.enum(['off', 'titled']).optional(),
})
export type PersonalDataSettings = z.output<typeof personalDataSettings>
