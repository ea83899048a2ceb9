import { NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeNode } from '../../api/admin.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import type { ProxmoxNode } from '../../types/vm.types';
import { FormBody, FormDialog } from '../FormDialog';

interface Props {
  node: ProxmoxNode | undefined;
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

export function ChangeNodeDialog({ node, opened, onClose, onDone }: Props) {
  return (
    <FormDialog title={`Change ${node?.name ?? ''}`} opened={opened} onClose={onClose}>
      {node ? <Form node={node} onClose={onClose} onDone={onDone} /> : null}
    </FormDialog>
  );
}

interface FormProps {
  node: ProxmoxNode;
  onClose: () => void;
  onDone: () => void;
}

function Form({ node, onClose, onDone }: FormProps) {
  const [hostname, setHostname] = useState(node.hostname);
  const [maxVms, setMaxVms] = useState<number | string>(node.max_vms);
  const changing = useMutation({
    mutationFn: () => changeNode(node.name, { hostname: hostname.trim(), max_vms: Number(maxVms) }),
    onSuccess: () => {
      onClose();
      onDone();
    },
  });
  const errors = fieldErrorsOf(changing.error);
  return (
    <FormBody
      submit="Save"
      onSubmit={() => changing.mutate()}
      onCancel={onClose}
      isPending={changing.isPending}
      error={changing.error}
      fields={['hostname', 'max_vms']}
    >
      <NumberInput
        label="VMs at most"
        description="Sessions that run there already stay, even when they are more."
        value={maxVms}
        onChange={setMaxVms}
        error={errors['max_vms']}
        min={1}
        max={10_000}
        allowDecimal={false}
        required
        data-autofocus
      />
      <TextInput
        label="Host name"
        value={hostname}
        onChange={(event) => setHostname(event.currentTarget.value)}
        error={errors['hostname']}
        maxLength={253}
        required
      />
    </FormBody>
  );
}
