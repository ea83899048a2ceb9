import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import type { Problem } from '../types/vm.types';
import { adminTemplate, node, problem, template, user } from './samples';

/** A refusal as berthd answers it. */
export function refuse(over: Partial<Problem>) {
  const body = problem(over);
  return HttpResponse.json(body, {
    status: body.status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}

/** Plays berthd; what a test does not say is an engineer without sessions. */
export const server = setupServer(
  http.get('/me', () => HttpResponse.json(user())),
  http.get('/templates', () => HttpResponse.json({ items: [template()] })),
  http.get('/sessions', () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get('/admin/nodes', () => HttpResponse.json({ items: [node()] })),
  http.get('/admin/templates', () => HttpResponse.json({ items: [adminTemplate()] })),
  http.get('/admin/users', () => HttpResponse.json({ items: [user()] })),
);
