import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { CircleUserRound, Search } from 'lucide-react';
import { useNavigate } from 'react-router';
import { mayLaunch, useMe } from '../hooks/useMe';
import { isOpen, useMySessions } from '../hooks/useMySessions';
import { useVMTemplates } from '../hooks/useVMTemplates';
import { placesOf, type Place } from './navigation';
import { OsIcon } from './OsIcon';

/** Ctrl+K or /: goes to a page or an open session, or begins a launch. */
export function CommandPalette() {
  const me = useMe();
  const navigate = useNavigate();
  const templates = useVMTemplates().data ?? [];
  const sessions = useMySessions().data?.items.filter(isOpen) ?? [];
  const places = placesOf(me);

  const goTo = ({ to, label, icon: Icon }: Place) => ({
    id: to,
    label,
    leftSection: <Icon size={18} aria-hidden />,
    onClick: () => void navigate(to),
  });
  const pages = [
    ...places.own,
    ...places.administration,
    { to: '/account', label: 'Account', icon: CircleUserRound },
  ];
  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Open sessions',
      actions: sessions.map((session) => ({
        id: session.id,
        label: session.template.name,
        description: `${session.status}, ${session.session_type}`,
        leftSection: <OsIcon os={session.template.os_type} size={28} />,
        onClick: () => void navigate(`/sessions/${session.id}`),
      })),
    },
    {
      group: 'Launch',
      actions: (mayLaunch(me) ? templates : []).map((template) => ({
        id: `launch-${template.id}`,
        label: `Launch ${template.name}`,
        keywords: template.tags,
        leftSection: <OsIcon os={template.os_type} size={28} />,
        onClick: () => void navigate(`/?launch=${template.id}`),
      })),
    },
    { group: 'Pages', actions: pages.map(goTo) },
  ];
  return (
    <Spotlight
      shortcut={['mod + K', '/']}
      actions={groups.filter((group) => group.actions.length > 0)}
      nothingFound="Nothing found"
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        placeholder: 'Search pages, templates and sessions',
        'aria-label': 'Search pages, templates and sessions',
        leftSection: <Search size={18} aria-hidden />,
      }}
    />
  );
}
