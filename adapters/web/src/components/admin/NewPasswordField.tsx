import { Button, Group, PasswordInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { WandSparkles } from 'lucide-react';
import { generatePassword } from '../../lib/generatePassword';

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  required?: boolean;
  isFirst?: boolean;
}

/** A new password for somebody, typed or generated. */
export function NewPasswordField({ value, onChange, isFirst, ...field }: Props) {
  const [isVisible, { toggle, open }] = useDisclosure();
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <PasswordInput
        {...field}
        aria-invalid={field.error !== undefined} // Mantine says it of other fields by itself.
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        visible={isVisible}
        onVisibilityChange={toggle}
        visibilityToggleButtonProps={{ 'aria-label': isVisible ? 'Hide the password' : 'Show the password' }}
        inputWrapperOrder={['label', 'description', 'error', 'input']}
        autoComplete="new-password"
        minLength={12}
        maxLength={128}
        data-autofocus={isFirst}
        style={{ flex: 1 }}
      />
      <Button
        variant="default"
        leftSection={<WandSparkles size={16} aria-hidden />}
        onClick={() => {
          onChange(generatePassword());
          open();
        }}
      >
        Generate
      </Button>
    </Group>
  );
}
