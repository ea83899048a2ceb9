import { Button, CopyButton, type ButtonProps } from '@mantine/core';

interface Props extends Omit<ButtonProps, 'children'> {
  text: string;
  label: string;
}

/** Copies a text. It is not there where browsers forbid pages to copy, on plain HTTP. */
export function CopyTextButton({ text, label, ...look }: Props) {
  if (!('clipboard' in navigator)) return null;
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" {...look} onClick={copy}>
          {copied ? 'Copied' : label}
        </Button>
      )}
    </CopyButton>
  );
}
