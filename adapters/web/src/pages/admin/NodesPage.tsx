import { PageHeader } from '../../components/PageHeader';

export function NodesPage() {
  return <PageHeader title="NodesPage" />;
}
