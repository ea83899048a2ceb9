import { PageHeader } from '../../components/PageHeader';

export function AllSessionsPage() {
  return <PageHeader title="AllSessionsPage" />;
}
