import { useDeferredValue, useMemo, useState } from 'react'
import * as v from 'valibot'
import { useAnswer } from '../../api/use.ts'
import { useSearchOf } from '../../search.ts'
import { useKeys } from '../../shell/keys.tsx'
import { useRehearsal } from '../../shell/rehearsal.tsx'
import { Asked } from '../../ui/asked.tsx'
import { Columns, Stack } from '../../ui/card.tsx'
import { useSay } from '../../words/words.tsx'
import { useMapDrawn, useWorld } from '../../world/small-map.tsx'
import type { MapAnswer, Power } from '../../world/view.ts'
import { NOTHING_TAKEN, type Taken, WorldMap } from '../../world/world-map.tsx'
import { CountriesTable, TABLE } from './countries-table.tsx'
import { CountryPanel } from './country-panel.tsx'
import { EffectsTable } from './effects.tsx'
import { MapHead } from './head.tsx'
import { Legend } from './legend.tsx'
import style from './map.module.css'
import { RehearsalPanel } from './rehearsal-panel.tsx'
import { Toolbar } from './toolbar.tsx'
import { useMotion } from './use-motion.ts'
import { subjectOf, type WhatIf } from './verdict.tsx'

const POWER_KEYS: readonly Power[] = ['see', 'stop', 'change']
const inUrl = v.object({
  country: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Z]{2}|unknown)$/))),
  power: v.optional(v.picklist(POWER_KEYS), 'stop'),
  /** What somebody came here to cut for real: its figures first, and the confirmation open. */
  cut: v.optional(v.pipe(v.string(), v.regex(/^(?:country|entity|endpoint|model):.{1,200}$/))),
})

/** Who could see, stop and change what is run here; and what cutting one of them off would do. */
export const MapPage = () => {
  const query = useAnswer('GET /map', {}, { topics: ['cuts', 'facts', 'policy', 'health'], every: 10_000 })
  return <Asked query={query}>{(map) => <Shown map={map} />}</Asked>
}

const Shown = ({ map }: { readonly map: MapAnswer }) => {
  const say = useSay()
  const [{ country, power, cut }, setSearch] = useSearchOf(inUrl)
  const world = useWorld()
  const { subject, start, end } = useRehearsal()
  const rehearsed = cut ?? subjectOf(subject)
  const { whatIf, taken } = useWhatIf(map, rehearsed)
  const motion = useMotion()
  useMapDrawn(world !== undefined)
  // The map comes first; what stands below and beside it in the frame after.
  const isRestDue = useDeferredValue(true, false)
  const choose = (code: string | undefined): void => setSearch({ country: code })
  const ask = (next: Power): void => setSearch({ power: next }, { replace: true })
  useMapKeys({
    ask,
    rehearse: () => {
      if (country !== undefined && country !== 'unknown') start({ kind: 'country', id: country })
    },
  })
  return (
    <>
      <MapHead map={map} power={power} />
      <Columns sides="panel">
        <Stack>
          <div>
            <Toolbar map={map} power={power} onAsk={ask} />
            <div className={style.world}>
              {world !== undefined && (
                <WorldMap
                  world={world}
                  map={map}
                  power={power}
                  label={say('map.label', { power })}
                  taken={taken}
                  moving={motion.moves}
                  chosen={country}
                  onChoose={choose}
                />
              )}
            </div>
            <Legend map={map} motion={motion} />
          </div>
          {whatIf !== undefined && <EffectsTable whatIf={whatIf} />}
          {isRestDue && <CountriesTable map={map} power={power} chosen={country} />}
        </Stack>
        {!isRestDue ? null : rehearsed === undefined ? (
          <CountryPanel country={country} power={power} map={map} />
        ) : (
          <RehearsalPanel
            key={rehearsed}
            subject={rehearsed}
            whatIf={whatIf}
            asks={cut !== undefined}
            onEnd={() => (cut === undefined ? end() : setSearch({ cut: undefined }))}
          />
        )}
      </Columns>
    </>
  )
}

/** What the exchange says would come of a cut, and what of the map it takes away. */
const useWhatIf = (map: MapAnswer, rehearsed: string | undefined): { readonly whatIf: WhatIf | undefined; readonly taken: Taken } => {
  const { data: whatIf } = useAnswer(
    'GET /rehearsals/{subject}',
    { path: { subject: rehearsed ?? '' } },
    { enabled: rehearsed !== undefined, topics: ['cuts', 'facts', 'policy'] },
  )
  const taken = useMemo((): Taken => {
    if (whatIf === undefined || rehearsed === undefined) return NOTHING_TAKEN
    const gone = Map.groupBy(whatIf.takesOut, (route) => route.slice(0, route.indexOf('/')))
    return {
      countries: new Set(rehearsed.startsWith('country:') ? [rehearsed.slice('country:'.length)] : []),
      endpoints: new Set(map.endpoints.flatMap(({ name, models }) => (gone.get(name)?.length === models ? [name] : []))),
    }
  }, [whatIf, rehearsed, map.endpoints])
  return { whatIf: rehearsed === undefined ? undefined : whatIf, taken }
}

/** 1, 2 and 3 ask of another power, x rehearses, t goes to the table and back. */
const useMapKeys = ({ ask, rehearse }: { readonly ask: (power: Power) => void; readonly rehearse: () => void }): void => {
  const say = useSay()
  const [before, setBefore] = useState<HTMLElement | SVGElement>()
  const toTable = (): void => {
    const table = document.getElementById(TABLE)?.querySelector<HTMLElement>('section[tabindex]') ?? undefined
    if (table?.contains(document.activeElement) === true) before?.focus()
    else {
      if (document.activeElement instanceof HTMLElement || document.activeElement instanceof SVGElement) setBefore(document.activeElement)
      table?.focus()
    }
  }
  useKeys([
    ...POWER_KEYS.map((power, index) => ({ key: String(index + 1), label: say('map.key-power', { power }), act: () => ask(power) })),
    { key: 'x', label: say('map.key-rehearse'), act: rehearse },
    { key: 't', label: say('map.key-table'), act: toTable },
  ])
}
