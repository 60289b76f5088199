import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profileWith } from '../../src/gateway/lab/adapter.ts'
import { markdown, measureAll } from '../compatibility/lab.ts'
import { partOfPage } from '../compatibility/page.ts'
import { PROFILES } from '../providers/shipped.ts'
import { refusedOf, speaksChat } from './adapted.ts'
import { bridgeAll } from './bridged.ts'
import { DEVIATIONS, nameOf, testimony } from './deviations.ts'
import { CASES, probeVendor } from './vendors.ts'

const measured = await measureAll()
const bridged = await bridgeAll()

test('there are 18 classes, and each has a simulated vendor in which the lab finds it', () => {
  assert.deepEqual(
    DEVIATIONS.map(({ number }) => number),
    Array.from({ length: 18 }, (_, index) => index + 1),
  )
  for (const { number, witnesses } of DEVIATIONS) {
    assert.ok(witnesses.length > 0)
    for (const witness of witnesses) {
      const finding = testimony(measured.get(witness.vendor), witness)
      assert.equal(finding?.verdict, witness.verdict, `${number}, ${witness.vendor}, ${witness.aspect}: ${finding?.says}`)
      assert.ok((finding?.evidence.length ?? 0) > 0)
    }
  }
})

test('each class is bridged, declared or adapted by the gateway, as calls through an exchange show', () => {
  for (const { number, witnesses } of DEVIATIONS) {
    const outcomes = bridged.get(number) ?? []
    const vendors = witnesses.map(({ vendor }) => vendor)
    for (const { vendor } of outcomes)
      assert.ok(vendors.includes(vendor.replace(', measured', '')), `${number}: ${vendor} shows nothing of it`)
    const met = outcomes.filter(({ verdict, says }) => verdict !== 'passed on' && says.length > 0)
    assert.ok(met.length > 0, `${number}: ${JSON.stringify(outcomes)}`)
  }
})

test('what is measured of a vendor can be laid over its profile', () => {
  for (const [name, report] of measured) {
    const profile = PROFILES.find((each) => each.name === report.provider) ?? assert.fail(name)
    const laid = profileWith(profile, [{ file: 'x', report: { ...report, simulated: false } }])
    assert.ok(laid.ok, `${name}: ${laid.ok ? '' : laid.error.messages.join('; ')}`)
  }
})

test('no finding of a vendor that does as its dialect says is a deviation of the first thirteen classes', () => {
  const report = measured.get('openai-compatible') ?? assert.fail()
  const own = new Set([
    'streaming',
    'token-limit',
    'seed',
    'seed-effect',
    'tool-calls',
    'content-shape',
    'finish-reasons',
    'json-modes',
    'roles',
  ])
  for (const { id, findings } of report.experiments)
    if (own.has(id))
      for (const { aspect, verdict, says } of findings)
        assert.ok(verdict === 'honours' || verdict === 'unknown', `${id}/${aspect}: ${verdict}: ${says}`)
})

for (const each of CASES.filter((one) => one.fault === undefined && speaksChat(one)))
  test(`${nameOf(each)} takes every question, adapted by nothing but what was measured`, async () => {
    const known = measured.get(nameOf(each))
    const report = known?.dialect === 'openai-chat' ? known : await probeVendor({ ...each, dialect: 'openai-chat' })
    assert.deepEqual(await refusedOf(each, report), [])
  })

test('docs/compatibility.md says what the lab finds; `node test/compatibility/write.ts` writes it anew', () => {
  const { now, wanted } = partOfPage('lab', markdown(measured, bridged))
  assert.ok(now === wanted, 'the part `lab` is out of date')
})
