import { Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { beginDrain, beginMaintenance, removeNode, returnNode } from '../../api/admin.api';
import { keys } from '../../live/keys';
import { notifyDone } from '../../lib/notify';
import type { ProxmoxNode } from '../../types/vm.types';
import { ReasonDialog } from '../ReasonDialog';
import { ChangeNodeDialog } from './ChangeNodeDialog';
import type { NodeAction } from './nodeActions';
import { NodeDrawer } from './NodeDrawer';
import { NodeSessions } from './NodeSessions';

interface Props {
  /** The last one asked about; before the first there is none. */
  node: ProxmoxNode | undefined;
  isOpen: (action: NodeAction) => boolean;
  onClose: () => void;
}

/** The dialogs of one node; at most one of them is open. */
export function NodeDialogs({ node, isOpen, onClose }: Props) {
  const cache = useQueryClient();
  const name = node?.name ?? '';
  const changed = (message: string) => () => {
    notifyDone(message);
    void cache.invalidateQueries({ queryKey: keys.nodes });
    void cache.invalidateQueries({ queryKey: keys.node(name) });
  };
  return (
    <>
      <NodeDrawer name={name} opened={isOpen('details')} onClose={onClose} />
      <ReasonDialog
        title={`Drain ${name}`}
        opened={isOpen('drain')}
        onClose={onClose}
        confirm="Drain"
        reasonLabel="Reason"
        act={(reason) => beginDrain(name, reason)}
        onDone={changed(`${name} takes nothing new. Its sessions run to their ends.`)}
      >
        <Stack gap="sm">
          <Text size="sm">Nothing new is placed on {name}. It waits for what is there now:</Text>
          <NodeSessions name={name} />
        </Stack>
      </ReasonDialog>
      <ReasonDialog
        title={`Maintenance of ${name}`}
        opened={isOpen('maintenance')}
        onClose={onClose}
        confirm="Begin maintenance"
        isDangerous
        reasonLabel="Reason"
        act={(reason) => beginMaintenance(name, reason)}
        onDone={changed(`${name} is in maintenance.`)}
      >
        <Stack gap="sm">
          <Text size="sm">
            Nothing new is placed on {name}, and it may vanish at any moment: people lose the sessions on it
            when it does. To wait for them, drain it instead.
          </Text>
          <NodeSessions name={name} />
        </Stack>
      </ReasonDialog>
      <ReasonDialog
        title={`${name} back in service`}
        opened={isOpen('return')}
        onClose={onClose}
        confirm="Back in service"
        act={() => returnNode(name)}
        onDone={changed(`${name} is back in service.`)}
      >
        <Text size="sm">New VMs may be placed on {name} again.</Text>
      </ReasonDialog>
      <ReasonDialog
        title={`Remove ${name}`}
        opened={isOpen('remove')}
        onClose={onClose}
        confirm="Remove"
        isDangerous
        act={() => removeNode(name)}
        onDone={changed(`${name} is removed.`)}
      >
        <Text size="sm">
          Berth forgets {name}; in Proxmox it stays as it is. Nothing of Berth may be left on it. It can be
          registered again.
        </Text>
      </ReasonDialog>
      <ChangeNodeDialog
        node={node}
        opened={isOpen('change')}
        onClose={onClose}
        onDone={changed(`${name} is changed.`)}
      />
    </>
  );
}
