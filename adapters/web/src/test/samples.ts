import type {
  AdminSession,
  AdminTemplate,
  Problem,
  ProxmoxNode,
  ProxmoxNodeDetail,
  User,
  VMSession,
  VMTemplate,
} from '../types/vm.types';

// One of each, as the API answers; tests say what is different.

export const sessionId = '01JD0000000000000000000001';

export const user = (over: Partial<User> = {}): User => ({
  id: 2,
  login: 'ana',
  role: 'engineer',
  quota: 2,
  open_sessions: 0,
  is_active: true,
  has_password: true,
  registered_at: '2026-11-01T08:00:00Z',
  ...over,
});
export const admin = (over: Partial<User> = {}) => user({ id: 1, login: 'root', role: 'admin', ...over });

export const template = (over: Partial<VMTemplate> = {}): VMTemplate => ({
  id: 2,
  name: 'Ubuntu 22.04',
  os_type: 'linux',
  protocol: 'vnc',
  cpu_cores: 4,
  ram_mb: 8192,
  disk_gb: 60,
  tags: ['development'],
  time_to_ready: { launches: 12, usual_seconds: 21, slow_seconds: 48 },
  ...over,
});

export const adminTemplate = (over: Partial<AdminTemplate> = {}): AdminTemplate => ({
  id: 2,
  name: 'Ubuntu 22.04',
  os_type: 'linux',
  protocol: 'vnc',
  cpu_cores: 4,
  ram_mb: 8192,
  disk_gb: 60,
  tags: ['development'],
  template_vmid: 9001,
  is_active: true,
  desktop_user: '',
  desktop_port: 0,
  await_desktop: false,
  version: 1,
  warnings: [],
  ...over,
});

export const session = (over: Partial<VMSession> = {}): VMSession => ({
  id: sessionId,
  status: 'active',
  owner_id: 2,
  template: { id: 2, name: 'Ubuntu 22.04', os_type: 'linux', protocol: 'vnc' },
  session_type: 'ephemeral',
  node_name: 'pve-1',
  created_at: '2026-11-26T09:00:00Z',
  expires_at: '2026-11-26T10:00:00Z',
  extendable_until: '2026-11-26T17:00:00Z',
  time_remaining_seconds: 1800,
  guacamole_url: `/sessions/${sessionId}/desktop`,
  desktop: 'ready',
  provisioning_step: 'active',
  keeps_vm: false,
  end_reason: null,
  detail: '',
  ...over,
});
export const pending = (over: Partial<VMSession> = {}) =>
  session({
    status: 'pending',
    provisioning_step: 'cloning',
    desktop: 'not_ready',
    guacamole_url: null,
    ...over,
  });

export const adminSession = (over: Partial<AdminSession> = {}): AdminSession => ({
  ...session(),
  owner_login: 'ana',
  ...over,
});

export const node = (over: Partial<ProxmoxNode> = {}): ProxmoxNode => ({
  name: 'pve-1',
  hostname: 'pve-1.lab.example',
  status: 'online',
  mode: 'in_service',
  max_vms: 50,
  active_vm_count: 4,
  cpu_percent: 38,
  ram_used_mb: 92 * 1024,
  ram_total_mb: 256 * 1024,
  uptime_seconds: 23 * 86_400,
  sample_age_seconds: 3,
  recent: [
    { at: '2026-11-26T08:59:40Z', cpu_percent: 30, ram_percent: 35 },
    { at: '2026-11-26T08:59:50Z', cpu_percent: 38, ram_percent: 36 },
  ],
  ...over,
});

export const nodeDetail = (over: Partial<ProxmoxNodeDetail> = {}): ProxmoxNodeDetail => ({
  ...node(),
  version: 1,
  load_score: 0.37,
  reserved_ram_mb: 16_384,
  sessions: [adminSession()],
  last_session_ends_at: '2026-11-26T10:00:00Z',
  ...over,
});

export const problem = (over: Partial<Problem> = {}): Problem => ({
  type: '/problems/conflict',
  title: 'Not in this state',
  status: 409,
  detail: 'The session is over.',
  instance: '/sessions',
  request_id: '0123456789abcdef',
  ...over,
});
