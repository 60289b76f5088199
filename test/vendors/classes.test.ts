// Every class of deviation is shown by a simulated vendor to anyone who asks over plain HTTP, and not by one that is said not to.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLASSES, type Demonstration, SHOWN_BY } from './classes.ts'
import { startVendor, VENDORS } from './index.ts'
import { probing } from './probe.ts'

const showing = async (vendor: string, { options, shows }: Demonstration): Promise<boolean> => {
  const simulated = await startVendor(vendor, vendor === 'openai-compatible' ? {} : options)
  try {
    return await shows(probing(simulated))
  } finally {
    await simulated.stop()
  }
}

for (const { number, title, shown } of CLASSES)
  for (const demonstration of shown)
    test(`class ${number}, ${title}: ${demonstration.vendor} ${demonstration.does}`, async () => {
      assert.equal(await showing(demonstration.vendor, demonstration), true, demonstration.vendor)
      if (demonstration.unlike !== undefined) assert.equal(await showing(demonstration.unlike, demonstration), false, demonstration.unlike)
    })

test('all eighteen classes are shown, by vendors that are simulated', () => {
  assert.deepEqual(
    [...SHOWN_BY.keys()],
    Array.from({ length: 18 }, (_, index) => index + 1),
  )
  for (const [number, vendors] of SHOWN_BY) {
    assert.ok(vendors.length > 0, String(number))
    for (const vendor of vendors) assert.ok(VENDORS.has(vendor), vendor)
  }
})

test('every simulator names the documentation it was built from, and the day for which that was read', () => {
  for (const { name, builtFrom } of VENDORS.values()) {
    assert.ok(builtFrom.length > 0, name)
    for (const { address, asOf } of builtFrom) {
      assert.match(address, /^https:\/\//, name)
      assert.match(asOf, /^202\d-\d\d-\d\d$/, name)
    }
  }
})
