import { useEffect, useState } from 'react'
import { useAnswer } from '../api/use.ts'
import style from './small-map.module.css'
import type { Power } from './view.ts'
import { loadWorld, type World, worldIfHere } from './world.ts'
import { WorldMap } from './world-map.tsx'

/** The world, as soon as it is here. */
export const useWorld = (): World | undefined => {
  const [world, setWorld] = useState(worldIfHere)
  useEffect(() => {
    if (world === undefined) loadWorld().then(setWorld)
  }, [world])
  return world
}

/** Marks the moment at which the map was first painted, for whoever measures that. */
export const useMapDrawn = (isDrawn: boolean): void => {
  useEffect(() => {
    if (!isDrawn) return undefined
    // The frame after the next begins when this one is on screen.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => performance.mark('map-drawn'))
    })
    return () => cancelAnimationFrame(frame)
  }, [isDrawn])
}

/** The map as a picture for other pages. Its words are those of the area `map`. */
export const SmallMap = ({ power = 'stop', label }: { readonly power?: Power; readonly label: string }) => {
  const world = useWorld()
  const { data: map } = useAnswer('GET /map', {}, { topics: ['cuts', 'facts', 'policy'], every: 15_000 })
  useMapDrawn(world !== undefined && map !== undefined)
  return (
    <div className={style.small}>
      {world !== undefined && map !== undefined && <WorldMap world={world} map={map} power={power} label={label} />}
    </div>
  )
}
