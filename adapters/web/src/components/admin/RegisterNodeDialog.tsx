import { NumberInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { registerNode } from '../../api/admin.api';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import { notifyDone } from '../../lib/notify';
import { keys } from '../../live/keys';
import { FormBody, FormDialog } from '../FormDialog';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function RegisterNodeDialog({ opened, onClose }: Props) {
  return (
    <FormDialog title="Register node" opened={opened} onClose={onClose}>
      <Form onClose={onClose} />
    </FormDialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [hostname, setHostname] = useState('');
  const [maxVms, setMaxVms] = useState<number | string>(50);
  const registering = useMutation({
    mutationFn: () => registerNode({ name: name.trim(), hostname: hostname.trim(), max_vms: Number(maxVms) }),
    onSuccess: (node) => {
      onClose();
      notifyDone(`${node.name} is in service. Its numbers come with the next measurement.`);
      void cache.invalidateQueries({ queryKey: keys.nodes });
    },
  });
  const errors = fieldErrorsOf(registering.error);
  return (
    <FormBody
      submit="Register"
      onSubmit={() => registering.mutate()}
      onCancel={onClose}
      isPending={registering.isPending}
      error={registering.error}
      fields={['name', 'hostname', 'max_vms']}
    >
      <Text size="sm">VMs may then be placed on it. It must be a member of the Proxmox cluster.</Text>
      <TextInput
        label="Name"
        description="As Proxmox names it, such as pve-8."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors['name']}
        maxLength={63}
        autoCapitalize="none"
        spellCheck={false}
        required
        data-autofocus
      />
      <TextInput
        label="Host name"
        description="For people, such as pve-8.lab.example."
        value={hostname}
        onChange={(event) => setHostname(event.currentTarget.value)}
        error={errors['hostname']}
        maxLength={253}
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <NumberInput
        label="VMs at most"
        value={maxVms}
        onChange={setMaxVms}
        error={errors['max_vms']}
        min={1}
        max={10_000}
        allowDecimal={false}
        required
      />
    </FormBody>
  );
}
