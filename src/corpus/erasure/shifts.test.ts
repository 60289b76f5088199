import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { digestOf } from '../sections.ts'
import { RowsBefore, type Shift } from './shifts.ts'

test('after any erasures each row is found where it stood before them', () => {
  const erasures = fc.array(fc.array(fc.nat(39), { minLength: 1, maxLength: 6 }), { maxLength: 5 })
  fc.assert(
    fc.property(erasures, (all) => {
      let rows = Array.from({ length: 40 }, (_, row) => `row ${row}`)
      const versions = [rows]
      const shifts: Shift[] = []
      for (const [at, wanted] of all.entries()) {
        const gone = [...new Set(wanted.map((row) => row % rows.length))].sort((a, b) => a - b)
        if (gone.length === rows.length) continue
        rows = rows.filter((_, row) => !gone.includes(row))
        versions.push(rows)
        const manifest = (number: number) => digestOf(`manifest ${number}`)
        shifts.push({
          dataSet: 'laws@1.0.0',
          before: manifest(versions.length - 2),
          after: manifest(versions.length - 1),
          done: `2026-01-0${at + 1}`,
          gone,
        })
      }
      const before = new RowsBefore(
        [...shifts, { ...shifts[0]!, dataSet: 'others@1.0.0' }].filter(({ gone }) => gone !== undefined),
        'laws@1.0.0',
      )
      const current = digestOf(`manifest ${versions.length - 1}`)
      for (const [number, version] of versions.entries())
        for (const [row, name] of rows.entries()) {
          const stood = before.inManifest(row, current, digestOf(`manifest ${number}`))
          assert.equal(version[stood ?? -1], name)
        }
      for (const [row, name] of rows.entries()) assert.equal(versions[0]?.[before.onDay(row, '2026-01-01')], name)
      assert.equal(before.inManifest(0, current, digestOf('another')), undefined)
    }),
  )
})
