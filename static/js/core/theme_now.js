/** The theme that was chosen, before the page is painted for the first time: a plain script, which the browser waits for. */
{
  const chosen = localStorage.getItem('koneksi-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}
