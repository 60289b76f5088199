import { usePlaceOf } from '../../places.ts'
import { PlaceShape, PlaceWord } from '../../ui/place.tsx'
import { Badge } from '../../ui/small.tsx'
import style from './panel.module.css'

/** The class of a country whose name stands beside it. */
export const Class = ({ country }: { readonly country: string | undefined }) => {
  const place = usePlaceOf()(country)
  return (
    <Badge>
      <span className={style.class}>
        <PlaceShape place={place} />
        <PlaceWord place={place} />
      </span>
    </Badge>
  )
}
