import type {
  NewNode,
  NewTemplate,
  NewUser,
  NodeChange,
  TemplateChange,
  UserChange,
  VMSessionStatus,
} from '../types/vm.types';
import { accept, client, tagOf, unwrap } from './client';

// What admins do, and what auditors see. Every function throws ApiError.

export interface SessionFilter {
  status?: VMSessionStatus;
  owner?: number;
  node?: string;
  open?: boolean;
  cursor?: string;
  limit?: number;
}

// -- sessions

export async function listAllSessions(query: SessionFilter, signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/sessions', { params: { query }, signal }));
}

export async function endAnySession(session: string, reason: string) {
  return unwrap(
    await client.POST('/admin/sessions/{session}/end', { params: { path: { session } }, body: { reason } }),
  );
}

export async function explainPlacement(session: string, signal?: AbortSignal) {
  return unwrap(
    await client.GET('/admin/sessions/{session}/placement', { params: { path: { session } }, signal }),
  );
}

// -- nodes

export async function listNodes(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/nodes', { signal })).items;
}

export async function getNode(node: string, signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/nodes/{node}', { params: { path: { node } }, signal }));
}

export async function registerNode(body: NewNode) {
  return unwrap(await client.POST('/admin/nodes', { body }));
}

export async function changeNode(node: string, body: NodeChange) {
  return unwrap(await client.PATCH('/admin/nodes/{node}', { params: { path: { node } }, body }));
}

export async function removeNode(node: string) {
  accept(await client.DELETE('/admin/nodes/{node}', { params: { path: { node } } }));
}

export async function beginMaintenance(node: string, reason: string) {
  const params = { path: { node } };
  return unwrap(await client.POST('/admin/nodes/{node}/maintenance', { params, body: { reason } }));
}

/** Answers with the sessions that the node still has, and when the last of them ends. */
export async function beginDrain(node: string, reason: string) {
  return unwrap(
    await client.POST('/admin/nodes/{node}/drain', { params: { path: { node } }, body: { reason } }),
  );
}

export async function returnNode(node: string) {
  return unwrap(await client.POST('/admin/nodes/{node}/return', { params: { path: { node } } }));
}

// -- templates

export async function listAllTemplates(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/templates', { signal })).items;
}

/** With the version that a change of it must name. */
export async function getTemplate(template: number, signal?: AbortSignal) {
  const result = await client.GET('/admin/templates/{template}', { params: { path: { template } }, signal });
  return { template: unwrap(result), tag: tagOf(result.response) };
}

export async function createTemplate(body: NewTemplate) {
  return unwrap(await client.POST('/admin/templates', { body }));
}

/** `tag`: change it only when this is still its version; empty to change it in any case. */
export async function changeTemplate(template: number, body: TemplateChange, tag = '') {
  const header = tag ? { 'If-Match': tag } : {};
  return unwrap(
    await client.PATCH('/admin/templates/{template}', { params: { path: { template }, header }, body }),
  );
}

// -- users

export async function listUsers(signal?: AbortSignal) {
  return unwrap(await client.GET('/admin/users', { signal })).items;
}

export async function createUser(body: NewUser) {
  return unwrap(await client.POST('/admin/users', { body }));
}

export async function changeUser(user: number, body: UserChange) {
  return unwrap(await client.PATCH('/admin/users/{user}', { params: { path: { user } }, body }));
}

export async function setUserPassword(user: number, fresh: string) {
  accept(
    await client.PUT('/admin/users/{user}/password', { params: { path: { user } }, body: { new: fresh } }),
  );
}
