// The simulated vendors by name.
import { mistral } from './mistral.ts'
import { type Simulated, startSimulator, type VendorOptions } from './simulator/server.ts'
import type { Vendor } from './simulator/vendor.ts'

const ALL: readonly Vendor[] = [mistral]
export const VENDORS: ReadonlyMap<string, Vendor> = new Map(ALL.map((vendor) => [vendor.name, vendor]))

/** Starts the simulator of that name on a free port of this machine. */
export const startVendor = (name: string, options: VendorOptions = {}): Promise<Simulated> => {
  const vendor = VENDORS.get(name)
  if (vendor === undefined) throw new Error(`no vendor \`${name}\` is simulated`)
  return startSimulator(vendor, options)
}
