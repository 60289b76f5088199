import * as v from 'valibot'
import { Link, useParams } from 'wouter'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAnswer } from '../../api/use.ts'
import { formatCountry } from '../../format.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Card, Columns, Facts, Name, PageHead, Place, Stack } from '../../ui/index.ts'
import type { WordId } from '../../words/ids.ts'
import { type Say, useSay } from '../../words/words.tsx'
import style from './models.module.css'
import { ASKER, AskerSentence } from './models.tsx'
import { Verdict } from './verdict.tsx'

type Page = Answer<'GET /models/{model}'>
const SEARCH = v.object(ASKER)

/** One model: what the owner may do with it and which clause says so, what it was made from, and where it answers. */
export const Model = () => {
  const { '*': model = '' } = useParams<{ '*': string }>()
  const [search, set] = useSearchOf(SEARCH)
  const query = useAnswer(
    'GET /models/{model}',
    { path: { model }, query: search.form === undefined ? {} : { form: search.form } },
    { topics: ['facts'], keepsPrevious: true },
  )
  return (
    <>
      {query.data === undefined && <PageHead lead={<bdi>{model}</bdi>} />}
      <Asked query={query}>
        {(page) => (
          <Shown
            page={page}
            onForm={(form) => set({ form: v.is(SEARCH, { form }) ? (form as NonNullable<typeof search.form>) : undefined })}
          />
        )}
      </Asked>
    </>
  )
}

const Shown = ({ page, onForm }: { readonly page: Page; readonly onForm: (form: string) => void }) => {
  const say = useSay()
  return (
    <>
      <PageHead lead={leadOf(say, page)} support={<AskerSentence asker={page.asker} onChange={onForm} />} />
      <Columns sides="wide-narrow">
        <Stack>
          <Card title={say('model.may')} aside={say('model.not-advice')}>
            {page.may.map((each) => (
              <MayAnswer key={each.action} answer={each} model={page.id} />
            ))}
          </Card>
          <Lines title={say('model.duties')} lines={page.duties} />
          <Lines title={say('model.conflicts')} lines={page.conflicts} />
        </Stack>
        <Stack>
          <About page={page} />
          <Lineage page={page} />
          <Served page={page} />
          <Lines title={say('model.notes')} lines={page.notes} />
        </Stack>
      </Columns>
    </>
  )
}

/** How many of the things one could do with it are allowed. */
const leadOf = (say: Say, { id, may }: Page): string => {
  const count = (verdict: string): number => may.filter((each) => each.verdict === verdict).length
  return say('model.lead', { id, yes: count('yes'), unknown: count('unknown'), all: may.length })
}

const MayAnswer = ({ answer, model }: { readonly answer: Page['may'][number]; readonly model: string }) => {
  const say = useSay()
  const { action, verdict, reason, of, licence, clause, quote, source, remedy, evidence } = answer
  return (
    <div className={style.answer}>
      <h3>
        {say(`act.${action}` as WordId)}
        <Verdict verdict={verdict} />
      </h3>
      <p dir="auto">{reason}</p>
      {quote !== null && <blockquote dir="auto">{quote}</blockquote>}
      <p className={style.support}>
        {licence !== null && (
          <>
            <bdi>{clause === null ? licence : `${licence}, ${clause}`}</bdi> ·{' '}
          </>
        )}
        {of !== model && (
          <>
            <bdi>{of}</bdi> ·{' '}
          </>
        )}
        {say(`evidence.${evidence}`)}
        {source !== null && (
          <>
            {' '}
            · <bdi>{source}</bdi>
          </>
        )}
      </p>
      {remedy !== null && (
        <p className={style.support}>
          {say('model.would-settle')} <bdi>{remedy}</bdi>
        </p>
      )}
    </div>
  )
}

const About = ({ page }: { readonly page: Page }) => {
  const say = useSay()
  const { developer, country, origin, weights, licences, languages, sizes, since, evidence, source, asOf, trainingData, note } = page
  return (
    <Card title={say('model.about')}>
      <Facts
        facts={[
          { name: say('model.developer'), value: <bdi>{developer}</bdi> },
          { name: say('models.from'), value: country === 'EU' ? <bdi>EU</bdi> : <Place country={country} /> },
          { name: say('model.origin'), value: say(`origin.${origin}`) },
          { name: say('models.weights'), value: say(`weights.${weights}`) },
          { name: say('models.licence'), value: <bdi>{licences.join(', ')}</bdi> },
          { name: say('model.languages'), value: languages.length === 0 ? '—' : <bdi>{languages.join(', ')}</bdi> },
          { name: say('model.sizes'), value: sizes.length === 0 ? '—' : <bdi>{sizes.join(', ')}</bdi> },
          { name: say('model.training-data'), value: trainingData === null ? say('place.unknown') : <bdi>{trainingData}</bdi> },
          { name: say('model.since'), value: since ?? '—' },
          { name: say('model.stated'), value: `${say(`evidence.${evidence}`)}, ${asOf}` },
          { name: say('model.source'), value: <bdi className={style.id}>{source}</bdi> },
          ...(note === null ? [] : [{ name: say('model.note'), value: <span dir="auto">{note}</span> }]),
        ]}
      />
    </Card>
  )
}

const Lineage = ({ page: { lineage } }: { readonly page: Page }) => {
  const say = useSay()
  return (
    <Card title={say('model.lineage')}>
      <ol className={style.lineage}>
        {lineage.map(({ model, via, depth, parent, known, developer, country, licences, evidence }) => (
          <li key={`${model} ${via} ${parent}`} style={{ paddingInlineStart: `${Math.min(depth, 6) * 14}px` }}>
            {via !== 'itself' && <span className={style.support}>{say(`via.${via}`)} </span>}
            {known && depth > 0 ? (
              <Link href={`/models/${model}`}>
                <bdi>{model}</bdi>
              </Link>
            ) : (
              <bdi>{model}</bdi>
            )}
            <p className={style.support}>
              {known
                ? `${developer ?? ''} · ${country === null || country === 'EU' ? (country ?? '') : formatCountry(country)} · ${licences.join(', ')}`
                : say('model.no-row')}{' '}
              · {say(`evidence.${evidence}`)}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  )
}

const Served = ({ page: { custody } }: { readonly page: Page }) => {
  const say = useSay()
  return (
    <Card title={say('model.served', { count: custody.length })}>
      {custody.length === 0 ? (
        <p>{say('model.not-served')}</p>
      ) : (
        <ul className={style.list}>
          {custody.map(({ endpoint, custody: keeper }) => (
            <li key={endpoint}>
              <Link href={`/endpoints/${encodeURIComponent(endpoint.slice(0, endpoint.indexOf('/')))}`}>
                <bdi>{endpoint}</bdi>
              </Link>
              {' · '}
              {keeper === null ? (
                say('model.custody-unknown')
              ) : keeper === 'remote' ? (
                say('model.custody-remote')
              ) : (
                <Name code>{keeper}</Name>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <Card title={title}>
      <ul className={style.list}>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </Card>
  )
