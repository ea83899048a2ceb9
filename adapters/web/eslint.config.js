import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Data flows one way: each folder of src may import from those before it, and no other.
const layers = ['types', 'api', 'lib', 'live', 'hooks', 'components', 'pages'];
const oneWay = layers.slice(0, -1).map((layer, at) => ({
  files: [`src/${layer}/**`],
  ignores: ['**/*.test.*'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: layers
          .slice(at + 1)
          .map((later) => ({ regex: `^(\\.\\./)+${later}/`, message: `${layer} comes before ${later}.` })),
      },
    ],
  },
}));

export default tseslint.config(
  ...oneWay,
  { ignores: ['dist', 'src/types/schema.generated.d.ts', 'test-results'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.recommended.rules,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // Playwright finds out what a fixture needs from the names in its first parameter, also when there are none.
    files: ['e2e/**'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ['scripts/*.js', '*.js', 'public/*.js'],
    languageOptions: {
      globals: {
        console: 'readonly',
        document: 'readonly',
        localStorage: 'readonly',
        matchMedia: 'readonly',
        process: 'readonly',
      },
    },
  },
);
