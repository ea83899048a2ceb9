import { Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { listTokens, revokeToken } from '../../api/account.api';
import { useDialog } from '../../hooks/useDialog';
import { dayAndTime, dayOf } from '../../lib/format';
import { notifyDone } from '../../lib/notify';
import { serverNow } from '../../api/serverClock';
import { keys } from '../../live/keys';
import type { Token } from '../../types/vm.types';
import { EmptyState } from '../EmptyState';
import { QueryView } from '../QueryView';
import { ReasonDialog } from '../ReasonDialog';
import { NewTokenDialog } from './NewTokenDialog';

function endOf({ expires_at }: Token): string {
  if (!expires_at) return 'Never';
  return `${Date.parse(expires_at) <= serverNow() ? 'Expired on ' : ''}${dayOf(expires_at)}`;
}

const lastUseOf = ({ last_used }: Token) => (last_used ? dayAndTime(last_used) : 'Never');

/** My bearer tokens; the tokens themselves nobody has. */
export function TokenList() {
  const cache = useQueryClient();
  const query = useQuery({ queryKey: keys.tokens, queryFn: ({ signal }) => listTokens(signal) });
  const dialog = useDialog<'new' | 'revoke', Token>();
  const label = dialog.subject?.label ?? '';
  const refresh = () => void cache.invalidateQueries({ queryKey: keys.tokens });
  return (
    <Stack component="section" gap="md" aria-labelledby="tokens">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h3" id="tokens">
            Tokens
          </Title>
          <Text size="sm" className="muted">
            For scripts and programs that work as you.
          </Text>
        </div>
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => dialog.open('new')}>
          New token
        </Button>
      </Group>
      <QueryView query={query} skeleton={<Skeleton h={140} radius="lg" />}>
        {(tokens) =>
          tokens.length > 0 ? (
            <TokenTable tokens={tokens} onRevoke={(token) => dialog.open('revoke', token)} />
          ) : (
            <EmptyState title="No tokens yet" icon={KeyRound}>
              Create one to use Berth from a script.
            </EmptyState>
          )
        }
      </QueryView>
      <NewTokenDialog opened={dialog.isOpen('new')} onClose={dialog.close} onCreated={refresh} />
      <ReasonDialog
        title={`Revoke ${label}`}
        opened={dialog.isOpen('revoke')}
        onClose={dialog.close}
        confirm="Revoke"
        isDangerous
        act={() => revokeToken(dialog.subject?.id ?? '')}
        onDone={() => {
          notifyDone(`${label} is revoked.`);
          refresh();
        }}
      >
        <Text size="sm">Whatever uses this token is refused from now on. This cannot be taken back.</Text>
      </ReasonDialog>
    </Stack>
  );
}

interface TableProps {
  tokens: readonly Token[];
  onRevoke: (token: Token) => void;
}

function TokenTable({ tokens, onRevoke }: TableProps) {
  return (
    <div className="panel">
      <Table verticalSpacing="sm" horizontalSpacing="md" aria-label="My tokens">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Label</Table.Th>
            <Table.Th scope="col" visibleFrom="md">
              Created
            </Table.Th>
            <Table.Th scope="col" visibleFrom="md">
              Last used
            </Table.Th>
            <Table.Th scope="col" visibleFrom="md">
              Expires
            </Table.Th>
            <Table.Th scope="col">Action</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>
                <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {token.label}
                </Text>
                <Text size="xs" className="muted num" hiddenFrom="md">
                  Last used: {lastUseOf(token)} · Expires: {endOf(token)}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md" className="num">
                {dayOf(token.issued_at)}
              </Table.Td>
              <Table.Td visibleFrom="md" className="num">
                {lastUseOf(token)}
              </Table.Td>
              <Table.Td visibleFrom="md" className="num">
                {endOf(token)}
              </Table.Td>
              <Table.Td>
                <Button
                  variant="default"
                  size="xs"
                  aria-label={`Revoke ${token.label}`}
                  onClick={() => onRevoke(token)}
                >
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
