import type { AdminTemplate, NewTemplate, OsType, Protocol } from '../types/vm.types';

/** A template while somebody edits it: numbers may be half typed, and an empty port is the usual one. */
export interface TemplateDraft {
  name: string;
  os_type: OsType;
  protocol: Protocol;
  template_vmid: number | string;
  cpu_cores: number | string;
  ram_mb: number | string;
  disk_gb: number | string;
  tags: string[];
  desktop_user: string;
  desktop_port: number | string;
  await_desktop: boolean;
}

export const templateFields: readonly (keyof TemplateDraft)[] = [
  'name',
  'os_type',
  'protocol',
  'template_vmid',
  'cpu_cores',
  'ram_mb',
  'disk_gb',
  'tags',
  'desktop_user',
  'desktop_port',
  'await_desktop',
];

/** A new template; the hardware is the API's own default. */
export const freshDraft: TemplateDraft = {
  name: '',
  os_type: 'linux',
  protocol: 'vnc',
  template_vmid: '',
  cpu_cores: 4,
  ram_mb: 4096,
  disk_gb: 50,
  tags: [],
  desktop_user: '',
  desktop_port: '',
  await_desktop: false,
};

export function draftOf(template: AdminTemplate): TemplateDraft {
  const { name, os_type, protocol, template_vmid, cpu_cores, ram_mb, disk_gb, tags } = template;
  const { desktop_user, desktop_port, await_desktop } = template;
  return {
    ...{ name, os_type, protocol, template_vmid, cpu_cores, ram_mb, disk_gb, tags },
    ...{ desktop_user, desktop_port: desktop_port === 0 ? '' : desktop_port, await_desktop },
  };
}

export function bodyOf(draft: TemplateDraft): NewTemplate {
  return {
    ...draft,
    name: draft.name.trim(),
    desktop_user: draft.desktop_user.trim(),
    template_vmid: Number(draft.template_vmid),
    cpu_cores: Number(draft.cpu_cores),
    ram_mb: Number(draft.ram_mb),
    disk_gb: Number(draft.disk_gb),
    desktop_port: Number(draft.desktop_port),
  };
}
