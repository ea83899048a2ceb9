import { expect, it } from 'vitest';
import { adminTemplate } from '../test/samples';
import { bodyOf, draftOf, freshDraft } from './templateDraft';

it('begins with the hardware that the API takes by default', () => {
  expect(freshDraft).toMatchObject({ cpu_cores: 4, ram_mb: 4096, disk_gb: 50, tags: [] });
});

it('sends a template as it came, and nothing that is not to be changed', () => {
  const { id, is_active, version, warnings, ...rest } = adminTemplate({ desktop_port: 0 });
  expect([id, is_active, version, warnings]).toBeDefined();
  expect(bodyOf(draftOf(adminTemplate({ desktop_port: 0 })))).toEqual(rest);
});

it('shows the usual port as an empty field', () => {
  expect(draftOf(adminTemplate({ desktop_port: 0 })).desktop_port).toBe('');
  expect(draftOf(adminTemplate({ desktop_port: 3390 })).desktop_port).toBe(3390);
});

it('sends numbers, and texts without spaces around them', () => {
  expect(
    bodyOf({ ...freshDraft, name: ' Kali ', template_vmid: '9002', desktop_user: ' kali ' }),
  ).toMatchObject({ name: 'Kali', template_vmid: 9002, desktop_user: 'kali', desktop_port: 0 });
});
