import type { components } from './schema.generated';

// Names for what openapi.yaml describes; nothing is defined twice.
type Schemas = components['schemas'];

export type VMTemplate = Schemas['Template'];
export type AdminTemplate = Schemas['AdminTemplate'];
export type NewTemplate = Schemas['NewTemplate'];
export type TemplateChange = Schemas['TemplateChange'];
export type TimeToReady = Schemas['TimeToReady'];
export type OsType = Schemas['OsType'];
export type Protocol = Schemas['Protocol'];

export type VMSession = Schemas['Session'];
export type AdminSession = Schemas['AdminSession'];
export type VMSessionStatus = Schemas['Status'];
export type SessionType = VMSession['session_type'];
export type CreateSessionRequest = Schemas['Launch'];
export type SessionHistory = Schemas['History'];
export type HistoryStep = SessionHistory['steps'][number];
export type Placement = Schemas['Placement'];
export type ConsideredNode = Schemas['ConsideredNode'];

export type ProxmoxNode = Schemas['Node'];
export type ProxmoxNodeDetail = Schemas['NodeDetail'];
export type ProxmoxNodeStatus = ProxmoxNode['status'];
export type NewNode = Schemas['NewNode'];
export type NodeChange = Schemas['NodeChange'];

export type User = Schemas['User'];
export type Role = Schemas['Role'];
export type NewUser = Schemas['NewUser'];
export type UserChange = Schemas['UserChange'];
export type Token = Schemas['Token'];
export type NewToken = Schemas['NewToken'];
export type IssuedToken = Schemas['IssuedToken'];

export type AuditPage = Schemas['Audit'];
export type AuditEvent = AuditPage['items'][number];
export type StateAsOf = Schemas['StateAsOf'];
export type Verification = Schemas['Verification'];

export type Reconciliation = Schemas['Reconciliation'];
export type DifferenceKind = Schemas['DifferenceKind'];
export type OpenDifference = Schemas['OpenDifference'];
export type SettledDifference = Schemas['SettledDifference'];

export type Problem = Schemas['Problem'];
