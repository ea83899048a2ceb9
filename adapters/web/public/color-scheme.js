// Sets the theme before the first paint. A file, because the Content-Security-Policy forbids inline scripts.
(function () {
  let scheme = 'light';
  try {
    const chosen = localStorage.getItem('mantine-color-scheme-value');
    if (chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches))
      scheme = 'dark';
  } catch {
    // Storage is blocked: light it is.
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
