import {
  Checkbox,
  Fieldset,
  NativeSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useFirstFocus } from '../../hooks/useFirstFocus';
import { gib } from '../../lib/format';
import type { TemplateDraft } from '../../lib/templateDraft';
import type { OsType, Protocol } from '../../types/vm.types';

const systems: { value: OsType; label: string }[] = [
  { value: 'windows', label: 'Windows' },
  { value: 'linux', label: 'Linux' },
  { value: 'kali', label: 'Kali Linux' },
];
const protocols: { value: Protocol; label: string }[] = [
  { value: 'rdp', label: 'RDP' },
  { value: 'vnc', label: 'VNC' },
  { value: 'ssh', label: 'SSH' },
];
const usualPort: Record<Protocol, number> = { rdp: 3389, vnc: 5900, ssh: 22 };

interface Props {
  draft: TemplateDraft;
  onChange: (change: Partial<TemplateDraft>) => void;
  errors: Readonly<Record<string, string | undefined>>;
}

/** What a template consists of: what people see, what their VMs get, and how their desktops are reached. */
export function TemplateFields({ draft, onChange, errors }: Props) {
  const name = useFirstFocus<HTMLInputElement>();
  const number = (name: 'template_vmid' | 'cpu_cores' | 'ram_mb' | 'disk_gb' | 'desktop_port') => ({
    value: draft[name],
    onChange: (value: number | string) => onChange({ [name]: value }),
    error: errors[name],
    allowDecimal: false,
    allowNegative: false,
    hideControls: true,
  });
  const ram = Number(draft.ram_mb);
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          ref={name}
          label="Name"
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={errors['name']}
          maxLength={100}
          required
          data-autofocus
        />
        <NumberInput
          label="Template's VMID"
          description="Of the template in Proxmox that VMs are cloned from."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...number('template_vmid')}
          min={100}
          max={999_999_999}
          required
        />
        <NativeSelect
          label="Operating system"
          data={systems}
          value={draft.os_type}
          onChange={(event) => onChange({ os_type: event.currentTarget.value as OsType })}
          error={errors['os_type']}
        />
        <TagsInput
          label="Tags"
          description="Enter ends each; people search by them."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={draft.tags}
          onChange={(tags) => onChange({ tags })}
          error={errors['tags']}
          maxTags={32}
        />
      </SimpleGrid>
      <Fieldset legend="Hardware of each VM" radius="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <NumberInput label="CPU cores" {...number('cpu_cores')} min={1} max={128} required />
          <NumberInput
            label="RAM in MiB"
            description={ram > 0 ? `That is ${gib(ram)}.` : 'At least 16.'}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...number('ram_mb')}
            min={16}
            max={4_194_304}
            required
          />
          <NumberInput
            label="Disk in GiB"
            description="Stays as the template has it."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...number('disk_gb')}
            min={1}
            max={65_536}
            required
          />
        </SimpleGrid>
      </Fieldset>
      <Fieldset legend="Desktop" radius="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <NativeSelect
            label="Protocol"
            data={protocols}
            value={draft.protocol}
            onChange={(event) => onChange({ protocol: event.currentTarget.value as Protocol })}
            error={errors['protocol']}
          />
          <NumberInput
            label="Port"
            placeholder={String(usualPort[draft.protocol])}
            description="Empty for the usual one."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...number('desktop_port')}
            min={1}
            max={65_535}
          />
          <TextInput
            label="Account in the guest"
            description="Gets a fresh password per visit; empty for none."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={draft.desktop_user}
            onChange={(event) => onChange({ desktop_user: event.currentTarget.value })}
            error={errors['desktop_user']}
            maxLength={32}
            autoCapitalize="none"
            spellCheck={false}
          />
        </SimpleGrid>
        <Checkbox
          mt="md"
          label="A session is ready only when the desktop's port answers"
          checked={draft.await_desktop}
          onChange={(event) => onChange({ await_desktop: event.currentTarget.checked })}
          error={errors['await_desktop']}
        />
      </Fieldset>
    </Stack>
  );
}
