import { NativeSelect, NumberInput } from '@mantine/core';
import { roles, roleText } from '../../lib/roles';
import type { Role } from '../../types/vm.types';

interface Props {
  role: Role;
  onRole: (role: Role) => void;
  quota: number | string;
  onQuota: (quota: number | string) => void;
  errors: Readonly<Record<string, string | undefined>>;
}

/** What somebody may do, and how much at once. */
export function RoleAndQuota({ role, onRole, quota, onQuota, errors }: Props) {
  return (
    <>
      <NativeSelect
        label="Role"
        description={roleText[role]}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={roles.map((each) => ({ value: each, label: each }))}
        value={role}
        onChange={(event) => onRole(event.currentTarget.value as Role)}
        error={errors['role']}
      />
      <NumberInput
        label="Quota"
        description="Sessions that they may have open at once."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={quota}
        onChange={onQuota}
        error={errors['quota']}
        min={0}
        max={1000}
        allowDecimal={false}
        required
      />
    </>
  );
}
