// The file of a run: signed by the log's key, verified with the verifier's own functions, broken by any byte.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseNote, signaturesOf, verifySignature } from '#verifier'
import { parseDay } from '../../src/core/units.ts'
import { profileWith } from '../../src/gateway/lab/adapter.ts'
import { changesSince, lostSince } from '../../src/gateway/lab/compare.ts'
import { EXPERIMENTS } from '../../src/gateway/lab/experiments/index.ts'
import { judgeTranscripts } from '../../src/gateway/lab/judge-all.ts'
import { labHtml, labJson, overviewMarkdown, reportPage } from '../../src/gateway/lab/page.ts'
import { formatFile, type Heading, noteText, parseFile, type Report, reportOf, type SignedReport } from '../../src/gateway/lab/report.ts'
import { deviationsOf } from '../../src/gateway/providers/profile.ts'
import { signNote } from '../../src/ledger/note.ts'
import { logSigners, verifierKeys } from '../../src/ledger/signers.ts'
import type { Configuration, RemoteConfiguration } from '../../src/main/config-schema.ts'
import { digestOf, labFolder, measuredProfile, momentOf, newestReports, readReports, verifyReport } from '../../src/main/lab.ts'
import { measure, observedModels } from '../../src/main/measured.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { verifyCommand } from '../../src/main/verify.ts'
import { openLogKeys } from '../../src/store/log-keys.ts'
import { saveReportFile } from '../../src/store/report-files.ts'
import { shipped } from '../providers/shipped.ts'
import { here } from './here.ts'
import { type Manners, startPlain } from './plain-server.ts'
import { probe, subjectOf } from './probing.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-lab-'))
const server = await startPlain()
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})
const keys = await openLogKeys(join(folder, 'secrets'))
assert.ok(keys.ok)
const signers = logSigners('lab.test/log', keys.value)

const heading: Heading = {
  endpoint: 'plain',
  model: 'plain',
  modelThere: 'plain',
  dialect: 'openai-chat',
  address: server.url,
  provider: null,
  place: null,
  simulated: false,
  day: parseDay('2026-11-22') ?? assert.fail(),
}
const today = parseDay('2026-11-22') ?? assert.fail()
const only = ['unknown-fields', 'seed', 'json-modes']
const measured = async (manners: Manners, over: Partial<Heading> = {}): Promise<Report> => {
  server.manners = manners
  return reportOf({ ...heading, ...over }, await probe({ url: server.url, model: 'plain', only }))
}
const signed = (report: Report): SignedReport => ({ report, note: signNote(noteText('lab.test/log', report, digestOf(report)), signers) })

const report = await measured({ seed: 'honours' })
const file = signed(report)
const content = formatFile(file)

test('a file is read as it was written, and its note is right', async () => {
  const parsed = parseFile(content)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message)
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.value)), JSON.parse(JSON.stringify(file)))
  assert.deepEqual(await verifyReport(parsed.value, signers.log.key), { ok: true, value: undefined })
  const note = parseNote(parsed.value.note)
  assert.ok(note.ok)
  const [line] = signaturesOf(note.value, signers.log.key)
  assert.ok(line)
  assert.ok((await verifySignature(signers.log.key, note.value.text, undefined, line.signature)).ok)
})

test('a changed byte, wherever it is, is found out', async () => {
  const bytes = Buffer.from(content)
  const places = Array.from({ length: 150 }, (_, index) => Math.floor((index * (bytes.length - 1)) / 149))
  for (const place of [...places, ...Array.from({ length: 330 }, (_, index) => index)]) {
    const flipped = Buffer.from(bytes)
    flipped[place] = (flipped[place] ?? 0) ^ 1
    const parsed = parseFile(flipped.toString('utf8'))
    const valid = parsed.ok && (await verifyReport(parsed.value, signers.log.key)).ok
    assert.equal(valid, false, `byte ${place}`)
  }
})

test('a note of another log, of another report, or with another signature beside it, is none', async () => {
  const others = await openLogKeys(join(folder, 'others'))
  assert.ok(others.ok)
  const stranger = logSigners('lab.test/log', others.value)
  const refused = async (note: string): Promise<void> =>
    assert.equal((await verifyReport({ report, note }, signers.log.key)).ok, false, note)
  await refused(signNote(noteText('lab.test/log', report, digestOf(report)), stranger))
  await refused(signNote(noteText('lab.test/log', report, digestOf({ ...report, endpoint: 'another' })), signers))
  await refused(signNote(`allod/promise@v1\n${noteText('lab.test/log', report, digestOf(report))}`, signers))
  await refused(`${file.note}${signNote('x\n', stranger).split('\n\n')[1]}`)
})

test('what is no report is refused in a sentence', () => {
  for (const [text, said] of [
    ['', /JSON/],
    ['{}', /no note/],
    ['{"note":"x","report":{}}\n', /must be/],
    [content.slice(0, -1), /one way/],
    [` ${content}`, /one way/],
    [content.replace('"v":1', '"v":2'), /`v`/],
    [content.replace('"evidence":[0]', '"evidence":[999]'), /leads to no transcript/],
    [content.replace('"verdict":"honours"', '"verdict":"loves"'), /verdict/],
  ] as const) {
    const parsed = parseFile(text)
    assert.ok(!parsed.ok)
    assert.match(parsed.error.message, said)
  }
})

test('the findings follow from the transcripts: judged again, they are the same', () => {
  const parsed = parseFile(content)
  assert.ok(parsed.ok)
  const experiments = EXPERIMENTS.filter(({ id }) => report.experiments.some((each) => each.id === id))
  const again = judgeTranscripts(experiments, parsed.value.report.transcripts as never, subjectOf({ url: '', model: 'plain' }))
  assert.deepEqual(again.results, report.experiments)
  assert.deepEqual(again.classes, report.classes)
})

test('a vendor that changed is noticed, and named; what could not be told is no change', async () => {
  assert.deepEqual(changesSince([report], await measured({ seed: 'honours' })), [])
  const now = await measured({ seed: 'rejects', strange: 'rejects' })
  const changes = changesSince([report], now).map(
    ({ experiment, aspect, before, now: after }) => `${experiment}/${aspect} ${before} ${after}`,
  )
  assert.ok(changes.includes('seed/seed honours rejects'), changes.join())
  assert.ok(changes.includes('unknown-fields/strange ignores rejects'), changes.join())
  const silent = {
    ...now,
    started: now.started + 1,
    experiments: [{ id: 'seed', findings: [{ aspect: 'seed', verdict: 'unknown' as const, says: 'x', evidence: [] }] }],
  }
  assert.deepEqual(changesSince([report, now], silent), [])
  assert.deepEqual(lostSince([report, now], silent), ['seed/seed'])
  // A run that knew nothing between two that did hides nothing.
  assert.ok(changesSince([report, silent], now).some(({ aspect }) => aspect === 'seed'))
})

test('what was measured is laid over the profile of the provider; a simulation is not', async () => {
  const profile = shipped('openai-compatible')
  const laid = profileWith(profile, [{ file: 'lab/plain/x.json', report }])
  assert.ok(laid.ok, laid.ok ? '' : laid.error.messages.join())
  const deviations = deviationsOf(laid.value, 'openai-chat', 'plain')
  assert.deepEqual(
    [deviations.seed?.member, deviations.seed?.evidence, deviations.unknownFields?.behaviour],
    ['seed', 'observed', 'ignore'],
  )
  assert.deepEqual(deviationsOf(laid.value, 'openai-chat', 'other'), deviationsOf(profile, 'openai-chat', 'other'))
  const simulated = profileWith(profile, [{ file: 'x', report: { ...report, simulated: true } }])
  assert.ok(simulated.ok)
  assert.deepEqual(deviationsOf(simulated.value, 'openai-chat', 'plain'), deviationsOf(profile, 'openai-chat', 'plain'))
  const mistral = profileWith(shipped('mistral'), [{ file: 'x', report: { ...report, modelThere: 'm' } }])
  assert.ok(mistral.ok)
  assert.ok((deviationsOf(mistral.value, 'openai-chat', 'm').unknownFields?.accepted?.length ?? 0) > 5)
  const ollama = profileWith(shipped('ollama'), [{ file: 'x', report: { ...report, modelThere: 'm' } }])
  assert.ok(ollama.ok)
  const { ignored } = deviationsOf(ollama.value, 'openai-chat', 'm').unknownFields ?? assert.fail()
  // Measured to be ignored, and documented to be without having been asked about.
  assert.ok(ignored.includes('n') && ignored.includes('top_logprobs'), ignored.join())
})

test('reports are kept, and those that are damaged count for nothing', async () => {
  const paths = dataPaths(join(folder, 'data'))
  const saved = await saveReportFile(labFolder(paths), { name: 'plain', began: momentOf(report) }, content)
  assert.ok(saved.ok)
  writeFileSync(paths.logVerifierKey, verifierKeys(signers))
  const newer = await measured({ seed: 'rejects', strange: 'rejects' })
  const second = await saveReportFile(labFolder(paths), { name: 'plain', began: momentOf(newer) }, formatFile(signed(newer)))
  assert.ok(second.ok)
  writeFileSync(join(labFolder(paths), 'plain', '2026-01-01T00-00-00-000Z.json'), content.replace('honours', 'ignores'))
  const offline = (file: string) => here(verifyCommand, file, '--key', paths.logVerifierKey)
  assert.equal((await offline(saved.value)).code, 0)
  assert.equal((await offline(join(labFolder(paths), 'plain', '2026-01-01T00-00-00-000Z.json'))).code, 1)
  const { reports, complaints } = await readReports(paths, 'plain')
  assert.equal(reports.length, 2)
  assert.equal(complaints.length, 1)
  assert.match(complaints[0] ?? '', /counts for nothing/)
  assert.deepEqual(
    newestReports(reports).map(({ report: { started } }) => started),
    [newer.started],
  )
  const { profile, complaints: none } = measuredProfile(shipped('openai-compatible'), heading, reports, today)
  assert.deepEqual(none, [])
  const { seed, jsonModes } = deviationsOf(profile, 'openai-chat', 'plain')
  assert.deepEqual([seed?.member, seed?.evidence, jsonModes?.evidence], [null, 'observed', 'observed'])
  assert.deepEqual(await readReports(paths, 'nobody'), { reports: [], complaints: [] })
  assert.equal((await saveReportFile(labFolder(paths), { name: '../out', began: momentOf(report) }, content)).ok, false)
})

test('what was measured of something else, or too long ago, is not used; what was measured again since is not spoken of', async () => {
  const kept = (over: Partial<Report>) => ({ file: 'x', report: { ...report, ...over } })
  const used = (now: Partial<Heading>, since: string, ...reports: readonly ReturnType<typeof kept>[]) => {
    const laid = measuredProfile(shipped('openai-compatible'), { ...heading, ...now }, reports, parseDay(since) ?? assert.fail())
    return [deviationsOf(laid.profile, 'openai-chat', 'plain').seed !== undefined, laid.complaints.length, laid.complaints[0] ?? '']
  }
  const old = { day: '2026-01-01' }
  assert.deepEqual(used({}, today, kept({})), [true, 0, ''])
  assert.deepEqual(used({}, today, kept(old), kept({})), [true, 0, ''])
  assert.deepEqual(used({}, today, kept({ ...old, classes: { ...report.classes, roles: {} } }), kept({})).slice(0, 2), [true, 1])
  for (const [now, reports, why] of [
    [{}, [kept(old), kept(old)], /on 2026-01-01 is not used: that is longer ago than `lab.staleAfterDays`; run/],
    [{ provider: 'mistral' }, [kept({})], /its provider was `none` then and is `mistral`/],
    [{ dialect: 'gemini' }, [kept({})], /its dialect was `openai-chat`/],
    [{ address: 'http://other.test' }, [kept({})], /its address was/],
    [{ place: 'eu' }, [kept({})], /its place was/],
    [{}, [kept({ simulated: true })], /a simulation answered/],
  ] as const) {
    const [inForce, count, complaint] = used(now, today, ...reports)
    assert.deepEqual([inForce, count], [false, 1])
    assert.match(String(complaint), why)
  }
  assert.deepEqual(used({ endpoint: 'another' }, today, kept({})), [false, 0, ''])
})

test('an endpoint that nobody described is adapted to in whatever dialect it was measured in', () => {
  const kept = { file: 'x', report: { ...report, endpoint: 'bare', dialect: 'anthropic-messages', classes: { seed: { member: null } } } }
  const bare = { kind: 'anthropic-messages', provider: 'openai-compatible', baseUrl: server.url, parameters: {}, models: { plain: {} } }
  const configuration = { endpoints: { bare }, lab: { staleAfterDays: 30 } } as unknown as Configuration
  const { profiles, complaints } = measure(configuration, [kept], today)
  assert.deepEqual(complaints, [])
  const profile = profiles.get('bare') ?? assert.fail()
  assert.equal(deviationsOf(profile, 'anthropic-messages', 'plain').seed?.member, null)
  const [observed] = observedModels(configuration.endpoints.bare as RemoteConfiguration, profile)
  assert.deepEqual(observed, { model: 'plain', asOf: today, transcript: 'x', classes: ['seed'] })
  assert.equal(measure(configuration, [], today).profiles.size, 0)
})

test('pages say what an endpoint said without letting it write on them', () => {
  const nasty = {
    ...report,
    experiments: [
      { id: 'seed', findings: [{ aspect: 'seed', verdict: 'rejects' as const, says: 'a | <script>x</script>', evidence: [0] }] },
    ],
  }
  const page = reportPage(nasty)
  assert.match(page, /\| seed \| rejects \| a \\\| &lt;script>/)
  const html = labHtml([nasty, report])
  assert.doesNotMatch(html, /<script>/)
  assert.match(html, /class="rejects"/)
  assert.match(overviewMarkdown([report]), /^\| plain `plain` \| .*honours/m)
  assert.equal((labJson([report]).reports as unknown[]).length, 1)
})
