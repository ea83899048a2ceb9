import type { Role, User } from '../types/vm.types';

/** What a role may do, in words. */
export const roleText: Record<Role, string> = {
  engineer: 'Launches machines, within the quota.',
  admin: 'Also runs nodes, templates, users and everybody’s sessions.',
  auditor: 'Sees everything and changes nothing; launches no machines.',
};

export const roles = Object.keys(roleText) as Role[];

/** A user's quota and what is used of it: "1 of 2 open". */
export const quotaText = ({ open_sessions, quota }: User) => `${open_sessions} of ${quota} open`;
