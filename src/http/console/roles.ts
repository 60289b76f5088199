import type { Capability } from './contract/route.ts'

export type Role = 'viewer' | 'operator' | 'policy-officer' | 'approver' | 'auditor' | 'administrator'

const EVERYTHING: readonly Capability[] = ['look', 'audit', 'try', 'operate', 'govern', 'approve', 'administer']
/** INVARIANT: whoever audits changes nothing, not even by trying a call. */
const CAPABILITIES: Readonly<Record<Role, readonly Capability[]>> = {
  viewer: ['look'],
  auditor: ['look', 'audit'],
  approver: ['look', 'audit', 'approve'],
  operator: ['look', 'audit', 'try', 'operate', 'approve'],
  'policy-officer': ['look', 'audit', 'try', 'govern', 'approve'],
  administrator: EVERYTHING,
}

export const capabilitiesOf = (role: Role): readonly Capability[] => CAPABILITIES[role]
