import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';

interface Props {
  label: string;
  /** What it looks at. */
  placeholder: string;
  value: string;
  onChange: (words: string) => void;
  width?: number;
}

/** Where somebody types a few letters of what they look for in a list. */
export function FilterField({ label, placeholder, value, onChange, width = 380 }: Props) {
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      leftSection={<Search size={16} aria-hidden />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={width}
      maw="100%"
    />
  );
}
