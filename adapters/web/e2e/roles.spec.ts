import { expect, test } from './fixtures';

const administration = [
  '/admin/nodes',
  '/admin/templates',
  '/admin/sessions',
  '/admin/reconciliation',
  '/admin/audit',
  '/admin/users',
];

test('an engineer sees no page of administration, and asks for none of its data', async ({
  stack,
  signedIn,
}) => {
  const page = await signedIn('ana');
  await expect(page.getByRole('navigation').getByRole('link')).toHaveText(['Launch', 'My sessions']);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'fetch') asked.push(new URL(request.url()).pathname);
  });
  for (const path of administration) {
    await page.goto(stack.at.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not for your role');
  }
  expect(asked.filter((path) => path.startsWith('/admin'))).toEqual([]);
});

test('an engineer who asks the API all the same is refused', async ({ signedIn }) => {
  const page = await signedIn('ana');
  for (const path of administration) {
    const answer = await page.evaluate(async (target) => {
      const response = await fetch(target, { headers: { Accept: 'application/json' } });
      return { status: response.status, body: (await response.json()) as { type: string } };
    }, path);
    expect(answer).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
  }
});

test('an auditor sees everything, and is offered nothing to change', async ({ stack, signedIn }) => {
  const page = await signedIn('vera');
  await expect(page).toHaveURL(/\/admin\/nodes$/);
  for (const path of administration) {
    await page.goto(stack.at.url + path);
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Not for your role');
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await expect(
      page.getByRole('button', { name: /^(Register|New|Create|End|Disable|Edit|Look)/ }),
    ).toHaveCount(0);
    const menu = page.getByRole('button', { name: /^Actions for/ }).first();
    if ((await menu.count()) === 0) continue;
    await menu.click();
    // Ways to look at something, and nothing else.
    await expect(page.getByRole('menuitem')).toHaveText([/sessions/i, /audit|did/i]);
    await page.keyboard.press('Escape');
  }
});

test('somebody whose account is disabled is out at once', async ({ stack, signedIn }) => {
  const page = await signedIn('ben');
  const users = (await (await stack.call('admin', 'GET', '/admin/users')).json()) as {
    items: { id: number; login: string }[];
  };
  const ben = users.items.find(({ login }) => login === 'ben')?.id ?? 0;
  await stack.call('admin', 'PATCH', `/admin/users/${ben}`, { is_active: false, reason: 'left' });
  await expect(page).toHaveURL(/\/sign-in/);
});
