import { ActionIcon, Anchor, Button, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { Info, Plus, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { ActionMenu } from '../../components/ActionMenu';
import { choicesFor, type NodeAction } from '../../components/admin/nodeActions';
import { NodeDialogs } from '../../components/admin/NodeDialogs';
import { isShown, NodeTiles, type NodeFilter } from '../../components/admin/NodeTiles';
import { RegisterNodeDialog } from '../../components/admin/RegisterNodeDialog';
import { EmptyState } from '../../components/EmptyState';
import { LiveBadge } from '../../components/LiveBadge';
import { NodeHealthCard } from '../../components/NodeHealthCard';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { useDialog } from '../../hooks/useDialog';
import { mayAdminister, useMe } from '../../hooks/useMe';
import { useNodeHealth } from '../../hooks/useNodeHealth';
import type { ProxmoxNode } from '../../types/vm.types';

/** The health of all nodes, live, and what can be done about them. */
export function NodesPage() {
  const isAdmin = mayAdminister(useMe());
  const query = useNodeHealth();
  const dialog = useDialog<NodeAction | 'register', ProxmoxNode>();
  const register = (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => dialog.open('register')}>
      Register node
    </Button>
  );
  const menuOf = (node: ProxmoxNode) =>
    isAdmin ? (
      <ActionMenu
        label={`Actions for ${node.name}`}
        actions={choicesFor(node).map(({ action, ...rest }) => ({
          ...rest,
          onClick: () => dialog.open(action, node),
        }))}
      />
    ) : (
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Details of ${node.name}`}
        onClick={() => dialog.open('details', node)}
      >
        <Info size={18} aria-hidden />
      </ActionIcon>
    );
  return (
    <Stack gap="lg" maw={1320} mx="auto">
      <PageHeader
        title="Nodes"
        badge={<LiveBadge />}
        description="Health of every hypervisor that sessions can be placed on."
        actions={isAdmin ? register : null}
      />
      <QueryView query={query} skeleton={<PageSkeleton />}>
        {(nodes) =>
          nodes.length > 0 ? (
            <Nodes nodes={nodes} menuOf={menuOf} />
          ) : (
            <EmptyState title="No nodes yet" icon={Server}>
              {isAdmin ? 'Register the first one, and sessions can be launched.' : 'An admin registers them.'}
            </EmptyState>
          )
        }
      </QueryView>
      <RegisterNodeDialog opened={dialog.isOpen('register')} onClose={dialog.close} />
      <NodeDialogs node={dialog.subject} isOpen={dialog.isOpen} onClose={dialog.close} />
    </Stack>
  );
}

interface NodesProps {
  nodes: readonly ProxmoxNode[];
  menuOf: (node: ProxmoxNode) => ReactNode;
}

function Nodes({ nodes, menuOf }: NodesProps) {
  const [search, setSearch] = useSearchParams();
  const asked = search.get('show');
  const show: NodeFilter | null = asked === 'online' || asked === 'critical' ? asked : null;
  const setShow = (next: NodeFilter | null) => setSearch(next ? { show: next } : {}, { replace: true });
  const shown = show ? nodes.filter(isShown[show]) : nodes;
  return (
    <>
      <NodeTiles nodes={nodes} show={show} onShow={setShow} />
      {show ? (
        <Text size="sm" className="muted" role="status">
          {shown.length} of {nodes.length} nodes shown: {show}.{' '}
          <Anchor component="button" type="button" size="sm" onClick={() => setShow(null)}>
            Show all
          </Anchor>
        </Text>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
        {shown.map((node) => (
          <NodeHealthCard key={node.name} node={node} menu={menuOf(node)} />
        ))}
      </SimpleGrid>
    </>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {Array.from({ length: 4 }, (_, index) => (
          <Skeleton key={index} h={74} radius="lg" />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} h={266} radius="lg" />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
