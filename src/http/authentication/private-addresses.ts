// Addresses that are no public host's: this machine, this network, link-local metadata services and the rest of the special ranges.
import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** RFC 6890 and its successors: everything that is not globally reachable. */
const RANGES: readonly [network: string, bits: number, family: 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
const PRIVATE = new BlockList()
for (const [network, bits, family] of RANGES) PRIVATE.addSubnet(network, bits, family)

/** Whether an IP address, v4 or v6 or v4 written as v6, is not globally reachable. */
export const isPrivateAddress = (address: string): boolean => PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Whether the host part of a URL is written as an address of that kind; `localhost` is one. */
export const isPrivateHost = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, '')
  return isIP(bare) === 0 ? /^(.*\.)?localhost\.?$/.test(bare) : isPrivateAddress(bare)
}

/** Looks a name up as the system does, and fails when any of its addresses is private: a name must not lead inwards. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null || first === undefined) done(error ?? noAddress('ENOTFOUND'), '', 0)
    else if (addresses.some(({ address }) => isPrivateAddress(address))) done(noAddress(PRIVATE_ADDRESS), '', 0)
    else if (options.all === true) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

/** The code of the failure when a name leads inwards. */
export const PRIVATE_ADDRESS = 'ERR_PRIVATE_ADDRESS'
const noAddress = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code })
