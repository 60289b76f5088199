// What stands for agreements until exchanges sign them with each other: the countries and days that the owner named, and the policies that read them.
import { type Jurisdiction, liesInside } from '../../core/jurisdiction.ts'
import { ok } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { Handlers } from '../../http/console/handlers.ts'
import type { ConsoleGround } from './ground.ts'

type Agreements = Answer<'GET /agreements'>
const DAY = 86_400_000

export const agreementHandlers = ({ exchange, snapshot }: ConsoleGround): Pick<Handlers, 'GET /agreements'> => ({
  'GET /agreements': async () => {
    const { loaded, law, clock } = exchange()
    const { context, policies } = law
    const models = [...snapshot().endpoints.values()].flatMap(({ id, models, tags }) =>
      [...models.values()].map(({ model, reach }) => ({ name: `${id}/${model}`, endpoint: id, see: reach.see, tags })),
    )
    /** Cedar reads a set as `context.sets.x` or together with home, a date as `context.dates.x`: written out, so the text says it. */
    const readers = (pattern: RegExp): string[] =>
      policies.policies.filter(({ text }) => pattern.test(text)).map(({ file, id }) => `${file}: ${id}`)
    const sets = [...context.sets].map(([name, members]): Agreements['sets'][number] => ({
      name,
      named: [...(loaded.configuration.sets[name] ?? [])],
      members: [...members],
      policies: readers(
        new RegExp(`context\\.(?:sets|homeAnd)\\.${escaped(name)}(?![\\w-])|context\\.(?:sets|homeAnd)\\["${escaped(name)}"\\]`),
      ),
      endpoints: models.filter(({ see }) => isOpenedBy(see, members, context.home)).map((each) => each.name),
    }))
    const dates = [...context.dates].map(([name, date]): Agreements['dates'][number] => ({
      name,
      date,
      // The last day is a whole day.
      daysLeft: Math.ceil((Date.parse(date) + DAY - clock()) / DAY) - 1,
      policies: readers(new RegExp(`context\\.dates\\.${escaped(name)}(?![\\w-])|context\\.dates\\["${escaped(name)}"\\]`)),
    }))
    const tags = [...new Set(models.flatMap((each) => each.tags))].map((tag) => ({
      tag,
      endpoints: [...new Set(models.filter((each) => each.tags.includes(tag)).map(({ endpoint }) => endpoint))],
      policies: readers(new RegExp(`tags\\.contains\\("${escaped(tag)}"\\)`)),
    }))
    return ok({ day: law.day, sets, dates, tags })
  },
})

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Somebody of these countries can see what passes there, and nobody else outside home. */
const isOpenedBy = (see: readonly Jurisdiction[], members: ReadonlySet<Jurisdiction>, home: ReadonlySet<Jurisdiction>): boolean =>
  see.some((country) => members.has(country) && !home.has(country)) && liesInside(see, new Set([...members, ...home]))
