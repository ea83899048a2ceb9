import { PageHeader } from '../components/PageHeader';

export function MySessionsPage() {
  return <PageHeader title="MySessionsPage" />;
}
