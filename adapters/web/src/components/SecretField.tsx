import { Button, Group, Text, TextInput } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useFirstFocus } from '../hooks/useFirstFocus';

/** A secret that is shown this once, to be copied. Browsers let pages copy over HTTPS alone: else it is selected. */
export function SecretField({ label, value }: { label: string; value: string }) {
  const field = useFirstFocus<HTMLInputElement>();
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  const canCopy = 'clipboard' in navigator && outcome !== 'refused';
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  return (
    <div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          ref={field}
          label={label}
          value={value}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          style={{ flex: 1 }}
        />
        {canCopy ? (
          <Button
            variant="default"
            leftSection={
              outcome === 'copied' ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />
            }
            onClick={() => void copy()}
          >
            Copy
          </Button>
        ) : null}
      </Group>
      <Text size="xs" className="muted" mt={4} role="status">
        {outcome === 'copied' ? 'Copied.' : canCopy ? '' : 'Select it, and copy it by Ctrl+C.'}
      </Text>
    </div>
  );
}
