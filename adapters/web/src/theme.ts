import { createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eef2ff',
  '#dfe5fb',
  '#bcc8f2',
  '#97a9ea',
  '#778ee3',
  '#637dde',
  '#4f6bd8',
  '#4560c2',
  '#3e57b0',
  '#314a9c',
];
const dark: MantineColorsTuple = [
  '#c9d1e0',
  '#b3bccd',
  '#8f9ab0',
  '#636e84',
  '#3a4356',
  '#2a3242',
  '#1c2330',
  '#151b26',
  '#10151e',
  '#0b0f16',
];

/** A dialog's head is a <header>, which would count as a second banner of the page. */
const plainHead = { defaultProps: { attributes: { header: { role: 'none' } } } };

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  colors: { brand, dark },
  defaultRadius: 'md',
  autoContrast: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: { Modal: plainHead, Drawer: plainHead },
});
